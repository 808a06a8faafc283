import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite("Loading a guideline")
struct LoadingTests {
    @Test func theShippedGuidelineDefinesTheItemsThatMappingsAndRulesUse() throws {
        let guideline = try shipped()
        let letters: [(String, ClosedRange<Int>)] = [
            ("A", 1...11), ("B", 1...10), ("C", 1...8), ("D", 1...8), ("E", 1...3), ("F", 1...10),
            ("G", 1...1), ("R", 1...6),
        ]
        #expect(
            guideline.catalogue.items.keys.sorted().map(\.rawValue)
                == letters.flatMap { letter, numbers in
                    numbers.map { letter + ($0 < 10 ? "0" : "") + String($0) }
                })
        let checkUps = try #require(guideline.catalogue["B06"])
        #expect(
            checkUps.kinds.map(\.kind) == [
                "4m", "18m", "3y", "4m_result", "18m_result", "3y_result", "encouraged", "seen",
            ])
        #expect(checkUps.kind("18m")?.codes == ["受診", "未受診"])
        #expect(guideline.catalogue["F03"]?.kind("absent_days")?.unit == "日")
        #expect(Set(guideline.identifierItems.keys) == Set(IdentifierPart.allCases))
        #expect(Set(guideline.roles.values.map(\.body)) == Set(Body.allCases))
        for purpose in guideline.purposes.values {
            #expect(purpose.isActive(on: today) && !purpose.basis.isAdHoc)
        }
    }

    @Test func theRevisionChangesWithAnyByteOfAnyFile() throws {
        let folder = try ScratchFolder()
        let copy = try Copy(in: folder)
        let revision = try copy.load().revision
        #expect(try copy.load().revision == revision)
        try copy.append("// 追記\n", to: "roles/using.json5")
        let changed = try copy.load().revision
        #expect(changed != revision)
        try FileManager.default.moveItem(
            atPath: copy.path + "/roles/using.json5", toPath: copy.path + "/roles/using2.json5")
        #expect(try copy.load().revision != changed)
    }

    struct Mistake: Sendable, CustomStringConvertible {
        let file: String
        let from: String
        let to: String
        let code: String
        let says: String
        init(_ file: String, _ from: String, _ to: String, _ code: String, says: String) {
            self.file = file
            self.from = from
            self.to = to
            self.code = code
            self.says = says
        }
        var description: String { "\(file): \(to)" }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            "purposes/support.json5", "fileRegister:",
            "spotCheck: { perMonth: 0, ageYears: { from: 0, to: 17 } },\n  fileRegister:",
            "guideline.spot-check", says: "spotCheck"),
        Mistake(
            "purposes/support.json5", "fileRegister:",
            "spotCheck: { perMonth: 20, ageYears: { from: 6, to: 18 } },\n  fileRegister:",
            "guideline.spot-check", says: "spotCheck"),
        Mistake(
            "purposes/support.json5", "fileRegister:",
            "spotCheck: { perMonth: 20, ageYears: { from: 9, to: 8 } },\n  fileRegister:",
            "guideline.spot-check", says: "spotCheck"),
        Mistake(
            "purposes/analysis.json5", "fileRegister:",
            "spotCheck: { perMonth: 20, ageYears: { from: 0, to: 17 } },\n  fileRegister:",
            "guideline.spot-check", says: "spotCheck"),
        Mistake(
            "policies/secrecy.json5", "sensitivities: [\"税\"]", "sensitivity: [\"税\"]",
            "configuration.unknown-key", says: "sensitivities"),
        Mistake(
            "policies/secrecy.json5", "\"council-coordinator\", \"public",
            "\"counsil-coordinator\", \"public",
            "guideline.unknown-word", says: "council-coordinator"),
        Mistake(
            "policies/linkage.json5", "actions: [\"review\"]", "actions: [\"reveiw\"]",
            "guideline.unknown-word",
            says: "review"),
        Mistake(
            "policies/linkage.json5", "purposes: [\"operations\"]", "purposes: [\"operation\"]",
            "guideline.unknown-word", says: "operations"),
        Mistake(
            "policies/protection.json5", "[\"maskAddress\",", "[\"maskAdress\",", "guideline.unknown-word",
            says: "maskAddress"),
        Mistake(
            "policies/protection.json5", "\"A06\",", "\"A99\",", "guideline.unknown-word", says: "A99"),
        Mistake(
            "policies/protection.json5", "effect: \"oblige\"", "effect: \"obliges\"", "configuration.value",
            says: "effect"),
        Mistake(
            "policies/protection.json5", "effect: \"oblige\"", "effect: \"forbid\"", "guideline.obligations",
            says: "oblige"),
        Mistake(
            "policies/protection.json5", "when: { protected: true }", "when: { protcted: true }",
            "configuration.unknown-key", says: "protected"),
        Mistake(
            "policies/protection.json5", "when: { protected: true }", "when: {}", "guideline.when", says: "条件"
        ),
        Mistake(
            "policies/night.json5", "roles: { except: [\"nightly\"] }", "roles: \"everybody\"",
            "guideline.selector", says: "except"),
        Mistake(
            "policies/night.json5", "roles: { except: [\"nightly\"] }", "roles: { except: [] }",
            "guideline.list",
            says: "一つ以上"),
        Mistake(
            "policies/night.json5", "id: \"night-flags\"", "id: \"night-collects\"", "guideline.duplicate",
            says: "night-collects"),
        Mistake(
            "policies/night.json5", "reason: \"人の役割では、定時の処理を行えません。\"", "reason: \" \"", "guideline.blank",
            says: "人が読んで"),
        Mistake(
            "policies/oversight.json5",
            "effect: \"permit\",\n      reason: \"誰が何を見たかを確かめるためです。\",\n      roles: [\"privacy-officer\"], actions: [\"audit\", \"explain\"], items: \"all\"",
            "effect: \"forbid\",\n      reason: \"試験\",\n      roles: [\"privacy-officer\"], actions: [\"audit\", \"explain\"], items: [\"D07\"]",
            "guideline.no-items", says: "働きません"),
        Mistake(
            "purposes/support.json5", "\"B01\",", "\"BO1\",", "guideline.unknown-word", says: "B01"),
        Mistake(
            "purposes/support.json5", "61_3_CHANGED_PURPOSE", "69_2_2_ADHOC_INTERNAL", "guideline.ad-hoc",
            says: "occasion"),
        Mistake(
            "purposes/support.json5", "\"2029-03-31\"", "\"2023-03-31\"", "guideline.period", says: "validTo"),
        Mistake(
            "purposes/support.json5", "\"2029-03-31\"", "\"2029-02-30\"", "configuration.value",
            says: "validTo"),
        Mistake(
            "purposes/support.json5", "id: \"support\"", "id: \"operations\"", "guideline.duplicate",
            says: "operations"),
        Mistake("roles/using.json5", "活用主体", "利用主体", "configuration.value", says: "body"),
        Mistake(
            "items/a-resident.json5", "[\"phone\"]", "[\"address\"]", "guideline.identifiers", says: "A02"),
        Mistake(
            "items/a-resident.json5", "identifiers: [\"phone\"],", "", "guideline.identifiers", says: "phone"),
        Mistake(
            "items/d-welfare.json5", "codes: [\"虐待\"]", "unit: \"件\"", "guideline.codes", says: "report"),
        Mistake(
            "items/f-school.json5", "retentionYears: 3", "retentionYears: 0", "guideline.retention",
            says: "年数"),
        // Meant as 永年: the last day it names lies beyond the calendar.
        Mistake(
            "items/f-school.json5", "retentionYears: 3", "retentionYears: 9999", "guideline.retention",
            says: "永年"),
        Mistake(
            "items/f-school.json5", "codes: [\"認定\", \"否認定\", \"取消\"]",
            "codes: [\"認定\", \"否認定\", \"取消\"], unit: \"件\"", "guideline.unit", says: "status"),
        Mistake("items/f-school.json5", "code: \"F02\"", "code: \"F01\"", "guideline.duplicate", says: "F01"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsToldWithItsFileAndLine(_ mistake: Mistake) throws {
        let folder = try ScratchFolder()
        let copy = try Copy(in: folder)
        let line = try copy.replace(mistake.from, with: mistake.to, in: mistake.file)
        let faults = try #require(throws: Faults.self) { try copy.load() }.all
        let fault = try #require(faults.first { $0.code == mistake.code }, "\(faults)")
        #expect(fault.description.contains(mistake.says), "\(fault)")
        #expect(fault.kind == .configuration)
        #expect(fault.file == "\(copy.path)/\(mistake.file)")
        // A fault about what is missing, or about another key, stands near the change.
        let distance = abs(try #require(fault.line) - line)
        #expect(distance <= (mistake.to.isEmpty ? 100 : 5), "line \(line): \(fault)")
    }

    @Test func aPurposeSaysHowManyChildrenAreDrawnAndTheShippedOneDrawsNone() throws {
        #expect(try shipped().purposes.values.allSatisfy { $0.spotCheck == nil })
        let folder = try ScratchFolder()
        let copy = try Copy(in: folder)
        try copy.replace(
            "fileRegister:",
            with: "spotCheck: { perMonth: 20, ageYears: { from: 0, to: 14 } },\n  fileRegister:",
            in: "purposes/support.json5")
        #expect(
            try copy.load().purposes["support"]?.spotCheck == SpotCheckPlan(perMonth: 20, ages: 0...14))
    }

    @Test func allMistakesAreToldTogether() throws {
        let folder = try ScratchFolder()
        let copy = try Copy(in: folder)
        try copy.replace("\"D07\"", with: "\"D70\"", in: "items/d-welfare.json5")
        try copy.replace(
            "roles: [\"center-staff\"]", with: "roles: [\"center\"]", in: "policies/casework.json5")
        try copy.replace("basis: \"61_1", with: "basis: \"61_9", in: "purposes/safety.json5")
        try folder.write(Array("{}".utf8), to: "Guidelines/policies/more.json")
        #expect(
            try #require(throws: Faults.self) { try copy.load() }.all.map(\.code) == ["guideline.stray-file"])
        try FileManager.default.removeItem(atPath: copy.path + "/policies/more.json")
        let files = Set(try #require(throws: Faults.self) { try copy.load() }.all.compactMap(\.file))
        // Two purposes name the item.
        #expect(files.count == 5)
    }

    @Test func whoNeedsASecondFactorIsEverybodyUnlessTheFileSaysOtherwise() throws {
        let folder = try ScratchFolder()
        let copy = try Copy(in: folder)
        let file = "log-in/second-factor.json5"
        #expect(try copy.load().roles.keys.allSatisfy { try copy.load().demandsSecondFactor(of: [$0]) })
        try copy.replace("\"all\",\n}", with: "{ except: [\"analyst\"] },\n}", in: file)
        let relieved = try copy.load()
        #expect(!relieved.demandsSecondFactor(of: ["analyst"]) && !relieved.demandsSecondFactor(of: []))
        #expect(
            relieved.demandsSecondFactor(of: ["analyst", "center-staff"]), "one role that does is enough")
        try copy.replace("analyst", with: "analist", in: file)
        let faults = try #require(throws: Faults.self) { try copy.load() }.all
        #expect(faults.map(\.code) == ["guideline.unknown-word"] && faults[0].fix.contains("analyst"))
        try folder.write(Array("{ secondFactor: \"all\" }".utf8), to: "Guidelines/log-in/more.json5")
        #expect(
            try #require(throws: Faults.self) { try copy.load() }.all.map(\.code).contains("guideline.log-in")
        )
        try FileManager.default.removeItem(atPath: copy.path + "/log-in")
        #expect(try copy.load().demandsSecondFactor(of: ["analyst"]))
    }

    @Test func aFolderThatIsMissingIsAFault() throws {
        let folder = try ScratchFolder()
        let faults = try #require(throws: Faults.self) {
            try Guideline.load(folder: folder.path, digest: checksum)
        }
        #expect(faults.all.map(\.code) == Array(repeating: "guideline.folder", count: 4))
    }
}

/// A copy of the shipped guideline to spoil.
private struct Copy {
    let path: String

    init(in folder: borrowing ScratchFolder) throws {
        path = folder.file("Guidelines")
        try FileManager.default.copyItem(atPath: shippedFolder, toPath: path)
    }

    func load() throws -> Guideline { try Guideline.load(folder: path, digest: checksum) }

    /// - Returns: the line at which the replaced text begins.
    @discardableResult
    func replace(_ old: String, with new: String, in file: String) throws -> Int {
        let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
        let range = try #require(text.firstRange(of: old), "\(file) lacks \(old)")
        try text.replacingCharacters(in: range, with: new)
            .write(toFile: "\(path)/\(file)", atomically: true, encoding: .utf8)
        return text[..<range.lowerBound].count { $0 == "\n" } + 1
    }

    func append(_ text: String, to file: String) throws {
        let old = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
        try (old + text).write(toFile: "\(path)/\(file)", atomically: true, encoding: .utf8)
    }
}
