import Domain
import Foundation
import Mapping
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct InboxTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let mappings = Result {
        try MappingSet.load(
            folder: root + "/Mappings",
            catalogue: Guideline.load(folder: root + "/Guidelines", digest: { Digest.sha256($0) }).catalogue)
    }

    private func notices(_ names: [String], folders: [String] = [], chosen: Bool = false) throws -> [String] {
        let scratch = try ScratchFolder()
        for name in names { try scratch.write([], to: name) }
        for name in folders {
            try FileManager.default.createDirectory(
                atPath: scratch.file(name), withIntermediateDirectories: false)
        }
        let inbox = Inbox(folder: scratch.path, asOf: try #require(Day(2026, 10, 1)))
        let mappings = try Self.mappings.get()
        return try inbox.notices(mappings, chosen: chosen ? inbox.choose(mappings) : [])
    }

    @Test(
        "A name that almost fits is told, with what is wrong and the right one",
        arguments: [
            ("jumin_2026101.csv", "年月日8桁", "jumin_20261001.csv"),
            ("jumin_20261301.csv", "年月日8桁", "jumin_20261001.csv"),
            ("jumin_R081001.csv", "年月日8桁", "jumin_20261001.csv"),
            ("jumin_2026-10-01.csv", "年月日8桁", "jumin_20261001.csv"),
            ("jumin.csv", "「jumin_」", "jumin_20261001.csv"),
            ("jumin-20261001.csv", "「jumin_」", "jumin_20261001.csv"),
            ("jumin_20261001.txt", "末尾", "jumin_20261001.csv"),
            ("jumin_20261001.xlsx", "末尾", "jumin_20261001.csv"),
            ("jumin_20261001.csv.tmp", "末尾", "jumin_20261001.csv"),
            ("ｊｕｍｉｎ＿２０２６１００１．ｃｓｖ", "全角", "jumin_20261001.csv"),
            ("jumin_２０２６１００１.csv", "全角", "jumin_20261001.csv"),
            ("コピー 〜 jumin_20261001.csv", "「jumin_」", "jumin_20261001.csv"),
            ("Jumin_20261001.csv", "名前の形", "jumin_20261001.csv"),
            ("住民記録_20261001.csv", "「jumin_」", "jumin_20261001.csv"),
            ("kenshn_20261001.csv", "「kenshin_」", "kenshin_20261001.csv"),
            ("jidofuyo20261001.csv", "「jidofuyo_」", "jidofuyo_20261001.csv"),
            ("kenshin_2026-10-01.delta.csv", "年月日8桁", "kenshin_20261001.delta.csv"),
        ])
    func almost(_ name: String, _ why: String, _ right: String) throws {
        let told = try notices([name])
        #expect(told.count == 1)
        let text = try #require(told.first)
        #expect(text.contains(why) && text.contains("「\(right)」"), "\(text)")
    }

    /// Somebody may have put a person's name into it.
    @Test(arguments: [
        ("kenshin_若葉花子.csv", "（kenshin_…）"), ("kenshin_2026若葉花子.csv", "（kenshin_2026…）"),
        ("若葉花子 乳幼児健診.csv", "「乳幼児健診」"), ("ｋｅｎｓｈｉｎ＿２０２６若葉花子.csv", "（kenshin_2026…）"),
    ])
    func ofANameThatAlmostFitsOnlyTheBeginningIsTold(name: String, shown: String) throws {
        let told = try notices([name])
        #expect(told.count == 1 && told[0].contains(shown) && !told[0].contains("花子"), "\(told)")
    }

    @Test func aFileNewerThanTheNightIsTold() throws {
        let told = try notices(["jumin_20261002.csv"])
        #expect(told.count == 1 && told[0].contains("jumin_20261002.csv") && told[0].contains("2026-10-01"))
    }

    @Test(arguments: ["jumin_20261001 (1).csv", "jumin_20261001 - コピー.csv", "jumin_20261001.CSV"])
    func aFileThatIsReadUnderAnUnusualNameIsTold(name: String) throws {
        // What else is required is there, so that the choice is made.
        let told = try notices([name, "shien_20261001.csv"], chosen: true)
        #expect(told.count == 1 && told[0].contains("「\(name)」") && told[0].contains("「jumin_20261001.csv」"))
    }

    @Test func changesWithoutTheirFullFileAreToldWithWhatIsMissing() throws {
        let scratch = try ScratchFolder()
        let mappings = try deltaMappings(scratch)
        let inbox = Inbox(folder: scratch.file("inbox"), asOf: try #require(Day(2026, 10, 1)))
        try FileManager.default.createDirectory(atPath: inbox.folder, withIntermediateDirectories: true)
        try scratch.write([], to: "inbox/kenshin_20260902.delta.csv")
        let told = try inbox.notices(mappings, chosen: [])
        #expect(told.count == 1)
        #expect(told.first?.contains("「kenshin_20260902.csv」の形の名前") == true, "\(told)")
        // One of a later day is no base either.
        try scratch.write([], to: "inbox/kenshin_20261002.csv")
        #expect(try inbox.notices(mappings, chosen: []).count == 2)
        try scratch.write([], to: "inbox/kenshin_20260901.csv")
        #expect(try inbox.notices(mappings, chosen: []).count == 1)

        try scratch.write([], to: "inbox/jumin_20260902.delta.csv")
        let faults = #expect(throws: Faults.self) { _ = try inbox.choose(mappings) }
        let missing = try #require(faults?.all.first { $0.file?.contains("jumin_") == true })
        #expect(missing.code == "extract.missing" && missing.message.contains("「すべての行」のファイルがありません"))
    }

    /// As though `kenshin` delivered changes.
    private func deltaMappings(_ scratch: borrowing ScratchFolder) throws -> MappingSet {
        let folder = scratch.file("Mappings")
        try FileManager.default.copyItem(atPath: Self.root + "/Mappings", toPath: folder)
        let file = folder + "/kenko/kenshin.json5"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("freshnessDays: 10,", with: "freshnessDays: 10, load: 'delta', key: '宛名番号',")
            .write(toFile: file, atomically: true, encoding: .utf8)
        return try MappingSet.load(
            folder: folder,
            catalogue: Guideline.load(folder: Self.root + "/Guidelines", digest: { Digest.sha256($0) })
                .catalogue)
    }

    /// Files of the source, and those that are read, or the code of the fault.
    @Test(arguments: [
        (["kenshin_20260901.csv"], "kenshin_20260901.csv"),
        (
            [
                "kenshin_20260901.csv", "kenshin_20260903.delta.csv", "kenshin_20260902.delta.csv",
                "kenshin_20260831.delta.csv", "kenshin_20260901.delta.csv", "kenshin_20261002.delta.csv",
                "kenshin_20260801.csv",
            ], "kenshin_20260901.csv kenshin_20260902.delta.csv kenshin_20260903.delta.csv"
        ),
        (["kenshin_20260902.delta.csv"], ""),
        (
            ["kenshin_20260901.csv", "kenshin_20260902.delta (1).csv"],
            "kenshin_20260901.csv kenshin_20260902.delta (1).csv"
        ),
        (
            ["kenshin_20260901.csv", "kenshin_20260903_DELTA.csv", "kenshin_20260902 ｄｅｌｔａ.csv.gz"],
            "kenshin_20260901.csv kenshin_20260902 ｄｅｌｔａ.csv.gz kenshin_20260903_DELTA.csv"
        ),
        (
            ["kenshin_20260901.csv", "kenshin_20260902.delta.csv", "kenshin_20260902.delta - コピー.csv"],
            "extract.twice"
        ),
        (["kenshin_20260901.csv", "shien_20261001.delta (1).csv"], "extract.delta"),
        (
            ["kenshin_20260901.csv", "kenshin_20260902.delta.csv", "kenshin_20260902 (1).delta.csv"],
            "extract.twice"
        ),
        (["kenshin_20260901.csv", "shien_20261001.delta.csv"], "extract.delta"),
        (["kenshin_20260901.csv", "shien_20260930.delta.csv"], "kenshin_20260901.csv"),
        (["kenshin_20260901.csv", "hoiku_20260901.csv", "hoiku_20260902.delta.csv"], "extract.delta"),
    ])
    func changesAreReadWithTheNewestFullFileBeforeThem(names: [String], expected: String) throws {
        let scratch = try ScratchFolder()
        let mappings = try deltaMappings(scratch)
        try FileManager.default.createDirectory(
            atPath: scratch.file("inbox"), withIntermediateDirectories: false)
        for name in names + ["jumin_20261001.csv", "shien_20261001.csv"] {
            try scratch.write([], to: "inbox/\(name)")
        }
        let inbox = Inbox(folder: scratch.file("inbox"), asOf: try #require(Day(2026, 10, 1)))
        var found = ""
        do {
            let chosen = try inbox.choose(mappings)
            found = chosen.map(\.file).filter { $0.hasPrefix("kenshin") }.joined(separator: " ")
            #expect(
                try inbox.notices(mappings, chosen: chosen).allSatisfy {
                    $0.contains("今夜は読みません") || $0.contains(".delta.csv」という名前に")
                })
        } catch let faults as Faults {
            found = faults.all.map(\.code).joined(separator: " ")
        }
        #expect(found == expected)
    }

    @Test func aFolderOrALinkNamedLikeAnExtractIsTold() throws {
        let told = try notices([], folders: ["jumin_20261001.csv", "done"])
        #expect(told.count == 1 && told[0].contains("フォルダかリンク"))
    }

    /// A name that is like no extract may be a person's.
    @Test func otherFilesAreCountedAndNotNamed() throws {
        let told = try notices(["メモ.txt", "若葉花.xlsx"])
        #expect(told.count == 1 && told[0].contains("2個") && !told[0].contains("若葉花"))
    }

    @Test func whatIsAsAgreedIsNotSpokenOf() throws {
        #expect(
            try notices(
                ["jumin_20261001.csv", "jumin_20260930.csv", "shien_20261001.csv", ".part"], chosen: true)
                == [])
    }
}
