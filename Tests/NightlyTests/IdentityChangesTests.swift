import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct IdentityChangesTests {
    private let changes = IdentityChanges(
        run: "r",
        changes: [
            .new("P-1"), .absent("P-2"), .returned("P-3"), .split(from: "P-4", to: "P-1"),
            .merged(survivor: "P-5", absorbed: "P-6"), .revived("P-7", from: "P-5"),
            .merged(survivor: "P-9", absorbed: "P-8"),
        ], cases: ["P-9": ["C-1"], "P-8": ["C-1", "C-2"], "P-2": ["C-3"]])

    @Test func everyKindOfChangeIsListedThoseOfCasesFirst() {
        let told = changes.list.map {
            [$0.what, $0.person.rawValue, $0.other?.rawValue ?? "", "\($0.cases)"]
        }
        #expect(
            told == [
                ["merged", "P-8", "P-9", "2"], ["absent", "P-2", "", "1"], ["merged", "P-6", "P-5", "0"],
                ["split", "P-4", "P-1", "0"], ["revived", "P-7", "P-5", "0"], ["returned", "P-3", "", "0"],
                ["new", "P-1", "", "0"],
            ])
        #expect(
            changes.counts == ["merged": 2, "absent": 1, "split": 1, "revived": 1, "returned": 1, "new": 1])
        #expect(Set(IdentityChanges.kinds) == Set(changes.counts.keys))
        #expect(changes.touching.map(\.person) == ["P-8"])
    }

    @Test func theListGoesOutAsCSVOnce() throws {
        let folder = try ScratchFolder()
        try changes.export(to: folder.file("henkou.csv"))
        let text = try String(contentsOfFile: folder.file("henkou.csv"), encoding: .utf8)
        let rows = text.components(separatedBy: "\r\n")
        #expect(rows.count == 9 && rows[0].hasSuffix("種類,変化,人,相手,ケース"))
        #expect(rows[1] == "merged,統合,P-8,P-9,2" && rows[7] == "new,新規,P-1,,0")
        #expect(throws: Fault.self) { try changes.export(to: folder.file("henkou.csv")) }
    }
}
