import Domain
import Testing

@testable import Audit

@Test func anEventIsJSONWithSortedKeysAndNothingEmpty() {
    var event = AuditEvent(.caseRead, actor: "user:tanaka", at: 1_790_877_600_123)
    #expect(
        event.canonical(sequence: 3)
            == #"{"actor":"user:tanaka","at":"2026-10-01T18:00:00.123Z","outcome":"permit","seq":3,"what":"case.read"}"#
    )
    event.purpose = "outreach"
    event.isPermitted = false
    event.fields = ["B06", "name"]
    event.subjects = ["ab12"]
    event.counts = ["reasons": 2, "cases": 1]
    event.references = ["case": "C-1"]
    #expect(
        event.canonical(sequence: 4)
            == #"{"actor":"user:tanaka","at":"2026-10-01T18:00:00.123Z","counts":{"cases":1,"reasons":2},"#
            + #""fields":["B06","name"],"outcome":"deny","purpose":"outreach","references":{"case":"C-1"},"seq":4,"#
            + #""subjects":["ab12"],"what":"case.read"}"#)
}

@Test func textIsEscapedInOneWayOnly() {
    let event = AuditEvent(.logIn, actor: "user:\"\\\n若", at: 0)
    #expect(event.canonical(sequence: 0).contains(#""actor":"user:\"\\\u000a若""#))
}

@Test func timesBeforeTheEpochAreWrittenToo() {
    #expect(
        AuditEvent(.logIn, actor: "x", at: -1).canonical(sequence: 0).contains("1969-12-31T23:59:59.999Z"))
}
