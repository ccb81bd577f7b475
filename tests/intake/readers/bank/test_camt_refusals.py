"""What no statement is, what is hostile, and what is wrong in an entry: refused with the true reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.intake.readers.bank.camt_text import (
    amount,
    at,
    balance,
    document,
    entry,
    statement,
    transaction,
    write,
)

from exigible.intake.readers.bank.camt import is_camt, read_camt
from exigible.intake.readers.problems import UnreadableFile, english


def refusal(folder: Path, content: str | bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_camt(write(folder, content))
    return caught.value


def reasons(folder: Path, *parts: str) -> list[tuple[str, int | None, str | None, str]]:
    found = refusal(folder, document(statement(*parts))).problems
    return [(problem.code, problem.line, problem.column, problem.found) for problem in found]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("CstmrCdtTrfInitn", "payment-order", "This is a payment order (pain.001)"),
        ("CstmrDrctDbtInitn", "collection-order", "This is an order to collect direct debits (pain.008)"),
        ("CstmrPmtStsRpt", "status-report", "This is a report on orders given to the bank (pain.002)"),
        ("Invoice", "unknown-xml", "This XML file is no bank statement: it is “Invoice”"),
    ],
)
def test_another_message_is_refused_with_what_it_is(tmp_path: Path, name: str, code: str, words: str) -> None:
    text = document(at("GrpHdr/MsgId", "1"), namespace="urn:iso:std:iso:20022:tech:xsd:x", message=name)
    error = refusal(tmp_path, text)
    assert error.code == code
    assert english(error.problems[0]).startswith(words)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b" \n", "empty-file"),
        (b"%PDF-1.7\n", "not-a-bank-statement"),
        (b"Date;Montant\n", "not-a-bank-statement"),
        (b"<html><body><p>Session expired</p></body></html>", "unknown-xml"),
        (document().encode(), "no-statement"),
        (document(at("GrpHdr/MsgId", "1")).encode(), "no-statement"),
        (document(statement(entry())).encode()[:-30], "cut-xml"),
        (document(statement(entry())).encode().partition(b"</Amt>")[0], "cut-xml"),
        (document(statement(entry())).encode().partition(b"</Ntry>")[0], "cut-xml"),
        (document(statement(entry())).replace("</Amt>", "</Amount>").encode(), "broken-xml"),
        (document(statement(entry())).encode() + b"<more/>", "broken-xml"),
        (document(statement(entry())).replace("UTF-8", "KLINGON").encode(), "unknown-encoding"),
    ],
)
def test_what_is_no_whole_statement_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path, content).code == code


def test_broken_xml_is_told_with_its_place_and_in_our_own_words(tmp_path: Path) -> None:
    error = refusal(tmp_path, document(statement(entry())).replace("</Amt>", "</Amount>").encode())
    told = english(error.problems[0])
    assert told.startswith("Line 4: the XML is broken at character ")
    assert "mismatch" not in told
    cut = refusal(
        tmp_path, b"<?xml version='1.0'?>\n<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>"
    )
    assert english(cut.problems[0]).startswith("Line 2: the file ends at character ")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "a billion laughs": f'<!DOCTYPE Document [<!ENTITY l0 "ha">{LAUGHS}]>',
    "a file of the machine": '<!DOCTYPE Document [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
    "a page of the network": '<!DOCTYPE Document [<!ENTITY l11 SYSTEM "http://127.0.0.1:9/x">]>',
    "a document type elsewhere": '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">',
    "entities of parameters": '<!DOCTYPE Document [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "a document type and nothing else": "<!DOCTYPE Document>",
    "one after a comment": "<!-- <Document> -->\n<!DOCTYPE Document>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("prolog", HOSTILE.values(), ids=HOSTILE)
def test_a_document_type_is_refused_before_anything_is_done_with_it(
    tmp_path: Path, prolog: str, encoding: str
) -> None:
    entity = at("TxDtls/RltdPties/Dbtr/Nm", "&l11;" if "l11" in prolog else "x")
    text = document(statement(entry("1", "CRDT", entity))).replace("?>\n", f"?>{prolog}\n")
    started = time.monotonic()
    assert refusal(tmp_path, text.replace("UTF-8", encoding).encode(encoding)).code == "hostile-xml"
    assert time.monotonic() - started < 2


def test_the_word_doctype_in_a_comment_or_a_text_harms_nobody(tmp_path: Path) -> None:
    text = document(statement(entry("1", "CRDT", at("TxDtls/RmtInf/Ustrd", "&lt;!DOCTYPE x>"))))
    text = text.replace("?>\n", "?><!-- <!DOCTYPE x> -->\n")
    assert read_camt(write(tmp_path, text)).statements[0].lines[0].text == "<!DOCTYPE x>"


def test_an_entity_that_nobody_declared_is_refused(tmp_path: Path) -> None:
    text = document(statement(entry("1", "CRDT", at("TxDtls/RmtInf/Ustrd", "&foo;"))))
    assert refusal(tmp_path, text).code == "broken-xml"


@pytest.mark.parametrize(
    "bulk",
    [
        "<a>" * 1_000 + "</a>" * 1_000,
        f"<a>{'x' * 11_000_000}</a>",
        "<a/>" * 400_000,
        f"<a>{'<b>' + 'x' * 1_000_000 + '</b>'}</a>" * 20,
        f"<a b='{'x' * 11_000_000}'/>",
    ],
    ids=["too deep", "too long a text", "too many elements", "too many long texts", "too long an attribute"],
)
def test_xml_without_measure_is_refused(tmp_path: Path, bulk: str) -> None:
    text = document(statement(entry(), at("SplmtryData", bulk), entry()))
    assert refusal(tmp_path, text).code == "outsized-xml"


def test_comments_that_never_end_take_no_time(tmp_path: Path) -> None:
    started = time.monotonic()
    assert refusal(tmp_path, "<!--" * 200_000).code == "cut-xml"
    assert time.monotonic() - started < 2


def test_a_prolog_without_end_is_refused(tmp_path: Path) -> None:
    text = f"<?xml version='1.0'?>{'<!-- x -->' * 200_000}" + document(statement()).partition("?>")[2]
    assert refusal(tmp_path, text).code == "outsized-xml"


def test_more_movements_than_are_accepted_are_refused(tmp_path: Path) -> None:
    batch = entry("3", "CRDT", *(transaction("1") for _ in range(3)))
    path = write(tmp_path, document(statement(entry("1", reference="A"), batch)))
    assert len(read_camt(path, most_lines=4).statements[0].lines) == 4
    with pytest.raises(UnreadableFile) as caught:
        read_camt(path, most_lines=3)
    assert caught.value.code == "too-many-movements"


def test_letters_in_another_encoding_than_the_file_says_are_told_with_their_line(tmp_path: Path) -> None:
    text = document(statement(entry(), entry("1", "CRDT", at("TxDtls/RmtInf/Ustrd", "Société"))))
    problem = refusal(tmp_path, text.encode("cp1252")).problems[0]
    assert (problem.code, problem.line, problem.expected) == ("bad-encoding", 6, "UTF-8")
    assert "Société" in problem.found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12..34", "bad-amount"),
        ("1 234.00", "bad-amount"),
        ("1,50", "bad-amount"),
        ("-5.00", "bad-amount"),
        ("1e3", "bad-amount"),
        ("٣", "bad-amount"),
        ("", "missing-value"),
        ("8.855", "too-many-decimals"),
        ("9" * 18, "amount-too-large"),
    ],
)
def test_an_amount_that_is_none_refuses_the_file(tmp_path: Path, text: str, code: str) -> None:
    assert reasons(tmp_path, entry(text)) == [(code, 4, "Amt", text)]


def test_zeros_beyond_the_decimals_of_the_currency_change_nothing(tmp_path: Path) -> None:
    lines = read_camt(write(tmp_path, document(statement(entry("8.85000"), entry("5.", reference="B")))))
    assert [line.amount_minor for _, line in lines.lines()] == [885, 500]


def test_an_amount_in_no_currency_refuses_the_file(tmp_path: Path) -> None:
    assert reasons(tmp_path, entry("1", currency="XXX")) == [("unknown-currency", 4, "Amt Ccy", "XXX")]
    assert reasons(tmp_path, entry("1", currency="")) == [("missing-value", 4, "Amt Ccy", "")]


@pytest.mark.parametrize("text", ["2023-02-29", "2024-02-30", "29/02/2024", "2024-02-29T99", "0001-01-01"])
def test_a_day_that_does_not_exist_refuses_the_file(tmp_path: Path, text: str) -> None:
    assert reasons(tmp_path, entry(booked=at("Dt", text))) == [("bad-date", 4, "BookgDt", text)]


def test_an_entry_without_any_day_refuses_the_file(tmp_path: Path) -> None:
    assert reasons(tmp_path, entry(booked="", value="")) == [("missing-value", 4, "BookgDt", "")]


def test_all_errors_are_told_at_once(tmp_path: Path) -> None:
    wrong = at("Ntry", amount("1"), at("Sts/Cd", "BOOK"), at("BookgDt/Dt", "2024-02-29")) + "\n"
    assert reasons(
        tmp_path,
        balance("OPBD", "x"),
        wrong,
        entry("1", "CREDIT", status=""),
        entry("2.222"),
        entry("1", "CRDT", transaction("x")),
    ) == [
        ("bad-amount", 4, "Amt", "x"),
        ("missing-value", 5, "CdtDbtInd", ""),
        ("missing-value", 6, "Sts", ""),
        ("bad-sense", 6, "CdtDbtInd", "CREDIT"),
        ("too-many-decimals", 7, "Amt", "2.222"),
        ("bad-amount", 9, "Amt", "x"),
    ]


def test_an_entry_out_of_its_place_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    text = document(at("GrpHdr", entry()), statement())
    assert refusal(tmp_path, text).code == "misplaced-element"


def test_what_a_bank_adds_of_its_own_is_passed_over(tmp_path: Path) -> None:
    extra = at("SplmtryData/Envlp", at("TxDtls", amount("999")))
    text = document(statement(entry("1", "CRDT", transaction("1")), extra, entry("2", reference="B")))
    assert [line.amount_minor for _, line in read_camt(write(tmp_path, text)).lines()] == [100, 200]


def test_other_formats_are_not_taken_for_camt() -> None:
    assert not is_camt(b":20:STARTUMS\r\n:25:1/2\r\n")
    assert not is_camt(b'<?xml version="1.0"?><?OFX OFXHEADER="200"?><OFX></OFX>')
    assert not is_camt(b"OFXHEADER:100\r\n<OFX>")
    assert not is_camt(b"")
    assert is_camt(document().encode()[:200])
    assert is_camt(document().encode("utf-16")[:300])
