"""The information on a movement (:86:) is read in the dialect of the bank that wrote it."""

from __future__ import annotations

from exigible.intake.readers.bank.mt940.details import read_details
from exigible.intake.readers.bank.mt940.said import Said


def say(*rows: str) -> Said:
    return read_details([rows])


def test_a_german_transfer_with_its_sepa_parts() -> None:
    said = say(
        "166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22",
        "SVWZ+Verw CTSc-01 BC-PPP TF?23Nr 22 004?30DRESDEFF508?31DE1450880",
        "0500194785000?32KARL?33        KAUFMANN?34000",
    )
    assert (said.transaction_code, said.bank_text) == ("166", "GUTSCHRIFT")
    assert (said.name, said.account) == ("KARL KAUFMANN", "DE14508800500194785000")
    assert (said.bic, said.end_to_end) == ("DRESDEFF508", "EndToEndId TFNR 22 004 00001")
    assert (said.text, said.is_return) == ("Verw CTSc-01 BC-PPP TFNr 22 004", False)


def test_a_mark_cut_between_two_german_parts() -> None:
    said = say(
        "835?22EREF+ 1234567890123 PAYPAL?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE0000000000000000034 S"
        "?25VWZ+ . SPOTIFY, Ihr Einkauf"
    )
    assert (said.mandate, said.text) == ("12AB234CD6E7F", ". SPOTIFY, Ihr Einkauf")


def test_a_german_text_without_marks_keeps_the_lines_of_the_payer() -> None:
    said = say("051?20RECHNUNG 4711?21VOM 12.01.2024?3010020030?311234567?32MUELLER")
    assert (said.text, said.account, said.bic) == ("RECHNUNG 4711\nVOM 12.01.2024", "1234567", "")


def test_a_german_text_goes_on_in_60_to_63() -> None:
    said = say("105?20SVWZ+" + "A" * 22 + "?29" + "B" * 27 + "?30BYLADEMM?60CC")
    assert said.text == "A" * 22 + "B" * 27 + "CC"


def test_the_account_that_is_repeated_behind_the_words_is_left_out() -> None:
    said = say(
        "166?20SVWZ+einfach so ",
        "?21 IBAN: DE40500105174675974588 BIC: HEISDE66",
        "?31DE40500105174675974588",
    )
    assert said.text == "einfach so"


def test_a_german_return_with_its_reason() -> None:
    said = say(
        "159?00RETOURE?100399?20EREF+TFNR 44001 00002?21MTLG:IBAN unguelti",
        "g Rueckue?22berweisung aus SEPA-Ueberwe?23isungsauftrag?34901",
    )
    assert (said.is_return, said.return_reason, said.end_to_end) == (True, "AC01", "TFNR 44001 00002")
    assert "IBAN ungueltig" in said.bank_text


def test_a_german_return_of_a_direct_debit() -> None:
    said = say(
        "109?00SEPA-LASTSCHR. RETOURE?20EREF+A1.200080779?21KREF+SEPA-DA202006-P1"
        "?22MREF+2HW2723821?23OAMT+11,85"
    )
    assert (said.is_return, said.customer_reference) == (True, "SEPA-DA202006-P1")
    assert (said.mandate, said.instructed) == ("2HW2723821", "11,85")


def test_the_space_on_which_a_row_was_cut() -> None:
    row = "166?20SVWZ+" + "x" * 16 + "?32" + "N" * 27 + "?00WO"
    row += "-" * (64 - len(row))
    assert say(row, "RT").bank_text.endswith("- RT")


def test_figures_on_both_sides_of_a_cut_are_one_number() -> None:
    row = "FACTURE " + "x" * 52 + "1234"
    assert say(row, "567").text.endswith("1234567")


def test_a_time_cut_before_its_minutes_is_no_field() -> None:
    assert say("166?20SVWZ+2019-02-15T16", ":26:37 Fo").text == "2019-02-15T16:26:37 Fo"


def test_dutch_codes() -> None:
    said = say(
        "/TRTP/SEPA OVERBOEKING/IBAN/NL70ABNA0987654321/BIC/ABNANL2A/NAME/J",
        " JANSEN BV/REMI/Factuur 201301234/EREF/NOTPROVIDED",
    )
    assert (said.name, said.account, said.bic) == ("J JANSEN BV", "NL70ABNA0987654321", "ABNANL2A")
    assert (said.text, said.end_to_end, said.kind) == ("Factuur 201301234", "", "SEPA OVERBOEKING")


def test_dutch_parties_with_their_names() -> None:
    said = say("/ORDP//NAME/R. SMITH/ADDR/Green market 74/REMI//ULTD//NAME/SMITH GROUP/ISDT/2014-01-02")
    assert (said.name, said.text, said.ultimate_name) == ("R. SMITH", "", "SMITH GROUP")


def test_the_counterparty_and_the_return_of_ing() -> None:
    said = say(
        "/RTRN/MS03//EREF/20120501P0123478//MARF/MND-120123//CSID/NL32ZZZ999999991234"
        "//CNTP/NL32INGB0000012345/INGBNL2A/J.Janssen///REMI/USTD//CONTRIBUTIE FEB 2014/"
    )
    assert (said.is_return, said.return_reason, said.mandate) == (True, "MS03", "MND-120123")
    assert (said.account, said.bic, said.name) == ("NL32INGB0000012345", "INGBNL2A", "J.Janssen")
    assert said.text == "CONTRIBUTIE FEB 2014"


def test_a_structured_reference() -> None:
    said = say("/EREF/15814016000676480//REMI/STRD/CUR/9001123412341234/")
    assert (said.creditor_reference, said.text) == ("9001123412341234", "")


def test_a_text_that_is_nothing_but_a_creditor_reference() -> None:
    assert say("RF18 5390 0754 7034").creditor_reference == "RF18539007547034"
    assert say("RF18 5390 0754 7035").creditor_reference == ""


def test_french_codes() -> None:
    said = say("/NPY/DURAND SA/LCC/FACTURES 12 ET 13/RCN/VIR20240131/RUM/M1")
    assert (said.name, said.text) == ("DURAND SA", "FACTURES 12 ET 13")
    assert (said.end_to_end, said.mandate) == ("VIR20240131", "M1")


def test_french_plain_words() -> None:
    said = say("VIR SEPA RECU /DE DURAND SA /MOTIF FACTURE 12 /REF NOTPROVIDED")
    assert (said.name, said.text, said.end_to_end) == ("DURAND SA", "FACTURE 12", "")
    said = say("VIR RECU 6135412545S", "DE: DURAND SA", "MOTIF: FA 12 REF: E2E1")
    assert (said.name, said.text, said.end_to_end) == ("DURAND SA", "FA 12", "E2E1")
    assert say("VIREMENT DURAND SA").name == "DURAND SA"
    assert say("VIR SEPA DURAND FACTURE 12").name == ""


def test_swiss_words() -> None:
    said = say(
        "GIRO AUS ONLINE-SIC 80701 AUFTRAGGEBER: JANE DOE EXAMPLESTRASSE 1",
        "0 1234 BERN 131216CH12345678 MITTEILUNGEN: 1 SONNENGLAESER",
    )
    assert (said.name, said.text) == ("JANE DOE EXAMPLESTRASSE 10 1234 BERN", "1 SONNENGLAESER")


def test_words_of_a_dutch_and_of_a_polish_bank() -> None:
    said = say("FACTUUR 201403110", "REK: NL65INGB0123456789/NAAM: PICQER")
    assert (said.text, said.account, said.name) == ("FACTUUR 201403110", "NL65INGB0123456789", "PICQER")
    said = say("911 TRANSAKCJA COLLECT; Z RACH.: 00000000; OD: JAN KOWALSKI; TYT.: FVD-1/02; TNR: 17")
    assert (said.text, said.account, said.name) == ("FVD-1/02", "", "JAN KOWALSKI")


def test_an_account_and_a_name_on_the_first_line() -> None:
    said = say("NL47INGB0000000000 hr gjlm paulissen", "", "Betaling sieraden", "")
    assert (said.account, said.name, said.text) == (
        "NL47INGB0000000000", "hr gjlm paulissen", "Betaling sieraden",
    )  # fmt: skip


def test_several_fields_of_one_movement_are_its_lines() -> None:
    assert read_details([("BETALINGSKENM. 1  ",), ("FACTUUR 2  ",)]).text == "BETALINGSKENM. 1\nFACTUUR 2"
