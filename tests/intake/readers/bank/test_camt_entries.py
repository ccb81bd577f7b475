"""The entries of CAMT: batches and their parts, references, returns, who paid, what for, and what it cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.readers.bank.camt_text import (
    ACCOUNT,
    amount,
    at,
    document,
    entry,
    line_of,
    lines_of,
    statement,
    transaction,
    write,
)

from exigible.intake.readers.bank.camt import read_camt
from exigible.intake.readers.bank.model import AdvisedDocument

CUSTOMER = "DE89370400440532013000"


def warned(folder: Path, *parts: str) -> list[str]:
    file = read_camt(write(folder, document(statement(*parts))))
    return [problem.code for problem in file.findings.problems]


def code(family: str, sub_family: str, domain: str = "PMNT") -> str:
    return at("BkTxCd/Domn", at("Cd", domain), at("Fmly", at("Cd", family), at("SubFmlyCd", sub_family)))


def reference(text: str) -> str:
    return at("Refs/AcctSvcrRef", text)


def test_money_that_comes_in_is_positive_and_money_that_goes_out_negative(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, entry("12.34", "CRDT"), entry("12.34", "DBIT", reference="B"))
    assert [line.amount_minor for line in lines] == [1234, -1234]


def test_a_batch_gives_a_line_for_each_of_its_payments(tmp_path: Path) -> None:
    batch = entry("30", "CRDT", transaction("10", reference("A")), transaction("20", reference("B")))
    found = lines_of(tmp_path, batch)
    assert [(line.reference, line.amount_minor, line.place) for line in found] == [
        ("A", 1000, 5),
        ("B", 2000, 6),
    ]
    assert {(line.entry_reference, line.entry_minor) for line in found} == {("BANK1", 3000)}


def test_payments_without_a_reference_bear_that_of_the_entry_and_their_rank(
    tmp_path: Path,
) -> None:
    batch = entry("30", "CRDT", transaction("10"), transaction("20"))
    assert [line.reference for line in lines_of(tmp_path, batch)] == ["BANK1/1", "BANK1/2"]


def test_a_reference_that_all_payments_of_a_batch_share_is_told_apart_by_rank(tmp_path: Path) -> None:
    batch = entry("3", "CRDT", *(transaction("1", reference(text)) for text in ("A", "A", "B")))
    assert [line.reference for line in lines_of(tmp_path, batch)] == ["A/1", "A/2", "B"]


def test_each_payment_may_stand_in_details_of_its_own(tmp_path: Path) -> None:
    batch = entry("3", "CRDT", "</NtryDtls><NtryDtls>".join(transaction("1") for _ in range(3)))
    assert [line.amount_minor for line in lines_of(tmp_path, batch)] == [100, 100, 100]


def test_the_amounts_of_old_versions_stand_among_the_details(tmp_path: Path) -> None:
    parts = [at("TxDtls/AmtDtls/TxAmt", amount(text)) for text in ("10", "20")]
    assert [line.amount_minor for line in lines_of(tmp_path, entry("30", "CRDT", *parts))] == [1000, 2000]


def test_payments_ordered_in_another_currency_are_split_by_what_was_booked(tmp_path: Path) -> None:
    parts = [
        transaction(ordered, "", at("AmtDtls/TxAmt", amount(booked)), currency="USD")
        for ordered, booked in (("11", "10"), ("22", "20"))
    ]
    found = lines_of(tmp_path, entry("30", "CRDT", *parts))
    assert [(line.amount_minor, line.instructed_minor, line.instructed_currency) for line in found] == [
        (1000, 1100, "USD"),
        (2000, 2200, "USD"),
    ]


def test_a_credit_deducted_within_a_batch_keeps_its_side(tmp_path: Path) -> None:
    batch = entry("90", "DBIT", transaction("100", side="DBIT"), transaction("10", side="CRDT"))
    assert [line.amount_minor for line in lines_of(tmp_path, batch)] == [-10000, 1000]


def test_the_side_of_the_order_that_all_payments_bear_is_not_that_of_the_money(tmp_path: Path) -> None:
    batch = entry("30", "DBIT", transaction("10", side="CRDT"), transaction("20", side="CRDT"))
    assert [line.amount_minor for line in lines_of(tmp_path, batch)] == [-1000, -2000]


def test_a_batch_whose_payments_do_not_add_up_is_kept_whole(tmp_path: Path) -> None:
    texts = [at("RmtInf/Ustrd", f"FA{number}") for number in (1, 2)]
    batch = entry("30", "CRDT", transaction("10", "", texts[0]), transaction("19.99", "", texts[1]))
    line = line_of(tmp_path, batch)
    assert (line.amount_minor, line.reference, line.text) == (3000, "BANK1", "FA1\nFA2")
    assert (line.entry_reference, line.entry_minor) == ("", None)
    problem = read_camt(write(tmp_path, document(statement(batch)))).findings.problems[0]
    assert (problem.code, problem.line, problem.found, problem.expected) == (
        "batch-differs",
        4,
        "29.99",
        "30.00",
    )


def test_a_batch_whose_payments_have_no_amounts_is_kept_whole(tmp_path: Path) -> None:
    batch = entry("30", "CRDT", transaction(), transaction("30", currency="USD"))
    assert line_of(tmp_path, batch).amount_minor == 3000
    assert warned(tmp_path, batch) == ["batch-without-amounts"]


def test_a_batch_kept_whole_names_a_payer_only_if_all_payments_have_the_same(tmp_path: Path) -> None:
    def paid_by(*names: str) -> str:
        return entry("9", "CRDT", *(at("TxDtls/RltdPties/Dbtr/Nm", name) for name in names))

    assert line_of(tmp_path, paid_by("Durand", "Durand")).payer_name == "Durand"
    assert line_of(tmp_path, paid_by("Durand", "Dupont")).payer_name == ""


def test_a_batch_of_which_the_bank_gives_only_the_number_is_one_line(tmp_path: Path) -> None:
    assert line_of(tmp_path, entry("30", "CRDT", at("Btch/NbOfTxs", "20"))).amount_minor == 3000
    assert warned(tmp_path, entry("30", "CRDT", at("Btch/NbOfTxs", "20"))) == []


def test_the_only_payment_of_an_entry_is_of_its_amount(tmp_path: Path) -> None:
    single = entry("30", "CRDT", transaction("", reference("T1")))
    assert [(line.amount_minor, line.reference) for line in lines_of(tmp_path, single)] == [(3000, "T1")]


def test_an_only_payment_of_another_amount_is_told_and_the_entry_counts(tmp_path: Path) -> None:
    single = entry("30", "CRDT", transaction("31"))
    assert (line_of(tmp_path, single).amount_minor, line_of(tmp_path, single).instructed_minor) == (
        3000,
        3100,
    )
    assert warned(tmp_path, single) == ["details-differ"]


def test_the_reference_is_the_payments_then_the_accounts_then_the_entrys(tmp_path: Path) -> None:
    head = at("NtryRef", "2024-000017")
    assert line_of(tmp_path, entry("1", "CRDT", transaction("1", reference("T1")))).reference == "T1"
    assert line_of(tmp_path, entry("1", head=head)).reference == "BANK1"
    assert line_of(tmp_path, entry("1", head=head, reference="")).reference == "2024-000017"
    assert line_of(tmp_path, entry("1", head=head, reference="NONREF")).reference == "2024-000017"
    assert line_of(tmp_path, entry("1", reference="")).reference == ""


def test_a_mere_counter_is_told_with_the_statement_and_the_day(tmp_path: Path) -> None:
    line = line_of(tmp_path, entry("1", head=at("NtryRef", "1"), reference=""))
    assert line.reference == "S1/20240229/1"


def test_two_entries_of_one_reference_are_both_kept_and_told(tmp_path: Path) -> None:
    twice = [entry("100"), entry("0.50", "DBIT")]
    assert len(lines_of(tmp_path, *twice)) == 2
    assert warned(tmp_path, *twice) == ["duplicate-reference"]


def test_words_that_say_there_is_no_reference_are_none(tmp_path: Path) -> None:
    for text in ("NOTPROVIDED", "NOT PROVIDED", "notprovided", "NONREF"):
        refs = at("Refs", at("EndToEndId", text), at("MndtId", text))
        line = line_of(tmp_path, entry("1", "CRDT", transaction("1", refs)))
        assert (line.end_to_end, line.mandate) == ("", "")


def test_a_returned_direct_debit_is_money_out_with_reason_mandate_and_customer(
    tmp_path: Path,
) -> None:
    refs = at("Refs", at("InstrId", "FA031615104"), at("EndToEndId", "E2E1"), at("MndtId", "M2"))
    parties = at(
        "RltdPties", at("Dbtr/Nm", "Client"), at("DbtrAcct/Id/IBAN", CUSTOMER), at("Cdtr/Nm", "Nous")
    )
    details = at("TxDtls", refs, parties, at("RtrInf/Rsn/Cd", "AM04"))
    line = line_of(tmp_path, entry("100", "DBIT", details, head=code("IDDT", "UPDD")))
    assert (line.amount_minor, line.is_return, line.return_reason) == (-10000, True, "AM04")
    assert (line.end_to_end, line.mandate, line.returned_reference) == ("E2E1", "M2", "FA031615104")
    assert (line.payer_name, line.payer_iban, line.nature) == ("Client", CUSTOMER, "direct_debit")


def test_the_reversal_of_a_credit_is_money_out(tmp_path: Path) -> None:
    line = line_of(tmp_path, entry("100", "DBIT", head=at("RvslInd", "true")))
    assert (line.amount_minor, line.is_return) == (-10000, True)
    line = line_of(tmp_path, entry("100", "CRDT", head=at("RvslInd", "1")))
    assert (line.amount_minor, line.is_return) == (10000, True)
    assert not line_of(tmp_path, entry("100", "CRDT", head=at("RvslInd", "false"))).is_return


def test_a_reason_in_the_banks_own_words_is_kept(tmp_path: Path) -> None:
    own = at("RtrInf", at("Rsn/Prtry", "Compte clos"))
    more = at("RtrInf", at("AddtlInf", "COMPTE SOLDE"))
    assert line_of(tmp_path, entry("1", "DBIT", at("TxDtls", own))).return_reason == "Compte clos"
    assert line_of(tmp_path, entry("1", "DBIT", at("TxDtls", more))).return_reason == "COMPTE SOLDE"


@pytest.mark.parametrize("sub_family", ["UPDD", "RRTN", "UPCQ", "PRDD"])
def test_the_banks_code_alone_may_tell_a_return(tmp_path: Path, sub_family: str) -> None:
    assert line_of(tmp_path, entry("1", "DBIT", head=code("RCDT", sub_family))).is_return


def parties(*parts: str) -> str:
    return at("TxDtls", at("RltdPties", *parts))


def test_the_other_side_is_the_debtor_of_a_credit_and_the_creditor_of_a_debit(tmp_path: Path) -> None:
    both = parties(at("Dbtr/Nm", "Payeur"), at("Cdtr/Nm", "Bénéficiaire"))
    assert line_of(tmp_path, entry("1", "CRDT", both)).payer_name == "Payeur"
    assert line_of(tmp_path, entry("1", "DBIT", both)).payer_name == "Bénéficiaire"


@pytest.mark.parametrize("path", ["Dbtr/Nm", "Dbtr/Pty/Nm", "Dbtr/Agt/FinInstnId/Nm", "DbtrAcct/Nm"])
def test_the_payer_is_named_where_each_version_has_it(tmp_path: Path, path: str) -> None:
    assert line_of(tmp_path, entry("1", "CRDT", parties(at(path, "Durand  SA\n")))).payer_name == "Durand SA"


def test_the_payer_has_an_account_a_bank_and_someone_behind(tmp_path: Path) -> None:
    details = at(
        "TxDtls",
        at(
            "RltdPties",
            at("DbtrAcct/Id/IBAN", "de89 3704 0044 0532 0130 00"),
            at("UltmtDbtr/Pty/Nm", "Filiale"),
        ),
        at("RltdAgts/DbtrAgt/FinInstnId/BIC", "COBADEFFXXX"),
    )
    line = line_of(tmp_path, entry("1", "CRDT", details))
    assert (line.payer_iban, line.payer_bic, line.ultimate_name) == (CUSTOMER, "COBADEFFXXX", "Filiale")


def test_our_own_account_is_never_the_payer(tmp_path: Path) -> None:
    turned = parties(
        at("Dbtr/Nm", "Nous"), at("DbtrAcct/Id/IBAN", ACCOUNT), at("Cdtr/Nm", "Client"),
        at("CdtrAcct/Id/IBAN", CUSTOMER),
    )  # fmt: skip
    assert line_of(tmp_path, entry("1", "CRDT", turned)).payer_name == "Client"
    alone = parties(at("Cdtr/Nm", "Nous"), at("CdtrAcct/Id/IBAN", ACCOUNT))
    assert line_of(tmp_path, entry("1", "CRDT", alone)).payer_name == ""
    nameless = parties(at("Cdtr/Nm", "Nous peut-être"))
    assert line_of(tmp_path, entry("1", "CRDT", nameless)).payer_name == ""


def remittance(*parts: str) -> str:
    return at("TxDtls", at("RmtInf", *parts))


def test_the_parts_of_the_text_are_joined_by_line_feeds(tmp_path: Path) -> None:
    details = remittance(at("Ustrd", "FACTURE  FA-1\nET FA-2"), at("Ustrd", "MERCI"), at("Ustrd", ""))
    assert line_of(tmp_path, entry("1", "CRDT", details)).text == "FACTURE FA-1 ET FA-2\nMERCI"


def test_the_creditor_reference_is_without_spaces_and_further_ones_are_words(tmp_path: Path) -> None:
    first, second = (at("Strd/CdtrRefInf/Ref", text) for text in ("RF18 5390 0754 7034", "RF71 2"))
    line = line_of(tmp_path, entry("1", "CRDT", remittance(first, second)))
    assert (line.creditor_reference, line.text) == ("RF18539007547034", "RF712")


def test_the_documents_paid_are_an_advice_and_a_credit_note_is_negative(tmp_path: Path) -> None:
    def paid(kind: str, number: str, *amounts: str) -> str:
        described = at("RfrdDocInf", at("Tp/CdOrPrtry/Cd", kind), at("Nb", number))
        return at("Strd", described, at("RfrdDocAmt", *amounts) if amounts else "")

    two_at_once = [at("RfrdDocInf/Nb", number) for number in ("FA4", "FA5")]
    details = remittance(
        paid("CINV", "FA1", amount("100", name="DuePyblAmt"), amount("98", name="RmtdAmt")),
        paid("CINV", "FA2", amount("50", name="DuePyblAmt")),
        paid("CREN", "AV1", amount("20", name="RmtdAmt")),
        paid("CINV", "AV2", amount("5", name="CdtNoteAmt")),
        paid("CINV", "FA3"),
        at("Strd", *two_at_once, at("RfrdDocAmt", amount("9", name="RmtdAmt"))),
    )
    assert line_of(tmp_path, entry("123", "CRDT", details)).advice == (
        AdvisedDocument("FA1", 9800, "EUR"),
        AdvisedDocument("FA2", 5000, "EUR"),
        AdvisedDocument("AV1", -2000, "EUR"),
        AdvisedDocument("AV2", -500, "EUR"),
        AdvisedDocument("FA3"),
        AdvisedDocument("FA4"),
        AdvisedDocument("FA5"),
    )


def test_an_amount_that_only_explains_is_left_out_with_a_warning_if_it_cannot_be_read(tmp_path: Path) -> None:
    details = remittance(
        at("Strd", at("RfrdDocInf/Nb", "FA1"), at("RfrdDocAmt", amount("1,5", name="RmtdAmt")))
    )
    assert line_of(tmp_path, entry("1", "CRDT", details)).advice == (AdvisedDocument("FA1"),)
    assert warned(tmp_path, entry("1", "CRDT", details)) == ["bad-amount"]


def test_the_banks_words_are_kept_apart_from_the_payers(tmp_path: Path) -> None:
    own = at("TxDtls", at("AddtlTxInf", "VIR SEPA RECU"))
    with_words = entry("1", "CRDT", own).replace("</Ntry>", at("AddtlNtryInf", "VIREMENT") + "</Ntry>")
    line = line_of(tmp_path, with_words)
    assert (line.bank_text, line.text) == ("VIR SEPA RECU\nVIREMENT", "")


def test_the_amount_ordered_the_rate_and_the_charges_are_told(tmp_path: Path) -> None:
    rate = at("CcyXchg", at("SrcCcy", "USD"), at("XchgRate", "0.9253"))
    details = at(
        "TxDtls",
        at("AmtDtls", at("InstdAmt", amount("100", "USD")), at("CntrValAmt", amount("92.53"), rate)),
        at("Chrgs", at("Rcrd", amount("2.53"), at("CdtDbtInd", "DBIT"), at("ChrgInclInd", "true"))),
    )
    line = line_of(tmp_path, entry("90", "CRDT", details))
    assert (line.instructed_minor, line.instructed_currency, line.exchange_rate) == (10000, "USD", "0.9253")
    assert (line.amount_minor, line.charges_minor) == (9000, 253)


def test_an_amount_ordered_that_is_the_one_booked_is_not_repeated(tmp_path: Path) -> None:
    line = line_of(tmp_path, entry("90", "CRDT", at("TxDtls/AmtDtls/InstdAmt", amount("90"))))
    assert (line.instructed_minor, line.instructed_currency) == (None, "")


@pytest.mark.parametrize(
    ("charges", "kept"),
    [
        (at("Chrgs", amount("1.5")) + at("Chrgs", amount("2"), at("CdtDbtInd", "DBIT")), 350),
        (at("Chrgs", amount("3", name="TtlChrgsAndTaxAmt")), 300),
        (at("Chrgs/Rcrd", amount("3"), at("ChrgInclInd", "false")), None),
        (at("Chrgs/Rcrd", amount("3", "USD")), None),
        (at("Chrgs", at("Rcrd", amount("3")), at("Rcrd", amount("3", "USD"))), None),
        (at("Chrgs/Rcrd", amount("0")), None),
    ],
    ids=["version 02", "a total", "booked apart", "in another currency", "in two currencies", "none"],
)  # fmt: skip
def test_charges_are_those_kept_back_in_the_currency_of_the_account(
    tmp_path: Path, charges: str, kept: int | None
) -> None:
    assert line_of(tmp_path, entry("90", "CRDT", at("TxDtls", charges))).charges_minor == kept


@pytest.mark.parametrize(
    ("family", "sub_family", "nature"),
    [
        ("RCDT", "ESCT", "transfer"),
        ("IRCT", "ESCT", "transfer"),
        ("IDDT", "ESDD", "direct_debit"),
        ("RCHQ", "CCHQ", "cheque"),
        ("CNTR", "CHKD", "cheque"),
        ("CCRD", "POSD", "card"),
        ("CNTR", "CDPT", "cash"),
        ("RCDT", "CHRG", "charge"),
        ("MCOP", "INTR", "interest"),
        ("MCOP", "OTHR", "other"),
    ],
)
def test_the_banks_code_tells_how_the_money_moved(
    tmp_path: Path, family: str, sub_family: str, nature: str
) -> None:
    line = line_of(tmp_path, entry("1", head=code(family, sub_family)))
    assert (line.nature, line.bank_code) == (nature, f"PMNT/{family}/{sub_family}")


def test_a_code_of_the_banks_own_is_kept(tmp_path: Path) -> None:
    line = line_of(tmp_path, entry("1", head=at("BkTxCd/Prtry/Cd", "NDDT+105")))
    assert (line.nature, line.bank_code) == ("direct_debit", "NDDT+105")


def test_the_same_file_gives_the_same_lines_again(tmp_path: Path) -> None:
    parts = (entry("30", "CRDT", transaction("10"), transaction("20")), entry("1", reference=""))
    assert lines_of(tmp_path, *parts) == lines_of(tmp_path, *parts)
