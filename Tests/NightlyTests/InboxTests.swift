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
        ])
    func almost(_ name: String, _ why: String, _ right: String) throws {
        let told = try notices([name])
        #expect(told.count == 1)
        let text = try #require(told.first)
        #expect(text.contains("「\(name)」") && text.contains(why) && text.contains("「\(right)」"), "\(text)")
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
