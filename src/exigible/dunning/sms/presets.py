"""How some gateways are set, as their own documentation says; what is the company's own stands in capitals.

Twilio: Messaging API, Message resource (POST …/Messages.json, basic authentication with the account's SID and
token, 201 with `sid`). OVH: http2sms (parameters of the call, `contentType=text/json`, status 100 or 101 when
taken, numbers with 00). Orange (Madagascar and others): SMS API 2.0 of the developers' site, a token of
OAuth 2, 201 with `resourceURL`. None was tried with a live account: the trial message of the screen tells.
"""

from __future__ import annotations

from typing import Final

_ORANGE_BODY: Final = """{"outboundSMSMessageRequest": {
  "address": "tel:{to}",
  "senderAddress": "tel:+261000000000",
  "senderName": "{sender}",
  "outboundSMSTextMessage": {"message": "{text}"}
}}"""

PRESETS: Final[dict[str, dict[str, str]]] = {
    "twilio": {
        "url": "https://api.twilio.com/2010-04-01/Accounts/ACCOUNT_SID/Messages.json",
        "method": "POST",
        "content": "form",
        "headers": "Authorization: Basic {basic}",
        "body": "To={to}\nFrom={sender}\nBody={text}",
        "id_path": "sid",
    },
    "ovh": {
        "url": "https://www.ovh.com/cgi-bin/sms/http2sms.cgi",
        "method": "GET",
        "content": "query",
        "body": (
            "account=SMS-ACCOUNT\nlogin=LOGIN\npassword={secret}\nfrom={sender}\nto={to_00}\nmessage={text}\n"
            "noStop=1\ntag={reference}\ncontentType=text/json"
        ),
        "id_path": "SmsIds.0",
        "ok_path": "status",
        "ok_values": "100 101",
    },
    "orange": {
        "url": "https://api.orange.com/smsmessaging/v1/outbound/tel%3A%2B261000000000/requests",
        "method": "POST",
        "content": "json",
        "headers": "Authorization: Bearer {token}",
        "body": _ORANGE_BODY,
        "token_url": "https://api.orange.com/oauth/v3/token",
        "id_path": "outboundSMSMessageRequest.resourceURL",
    },
}
