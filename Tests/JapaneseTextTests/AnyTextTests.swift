import Domain
import TestSupport
import Testing

@testable import JapaneseText

/// Whatever a field holds, every normaliser answers, and its answer stays when it is normalised again.
@Suite struct AnyTextTests {
    /// Scalars that mean something to some normaliser, and any others.
    private static let telling = Array(
        "髙𨘢々ヶが斎﨑佐若葉台東京都市区郡町村丁目番地号室条字大のノ之一二十百千〇年月日時頃から不詳令和平成昭RHST元推定〒ﾀﾞﾎﾟｰヴァヲ゛ゝー-－−—~～・./:;,'()（）#0123456789０９ＡＺazÉßđ\u{E0100}\u{FE00}\u{301}\u{3099}\u{200B}　 \t\n\u{0}〓\u{E000}\u{10FFFD}"
            .unicodeScalars)

    private static func text(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...24, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            return String(
                decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
        }
        return String(
            String.UnicodeScalarView(
                (0..<count).map { _ in
                    Int.random(in: 0..<12, using: &random) == 0
                        ? Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) ?? "\u{FFFD}"
                        : telling[Int.random(in: 0..<telling.count, using: &random)]
                }))
    }

    private func same(_ a: String, _ b: String) -> Bool { a.unicodeScalars.elementsEqual(b.unicodeScalars) }

    @Test func normalisersAreTotalAndIdempotent() throws {
        var random = SeededGenerator(seed: testSeed)
        let asOf = try #require(Day(2026, 10, 1))
        for _ in 0..<caseCount(4_000) {
            let text = Self.text(&random)
            let note = Comment(rawValue: "\(text.debugDescription) seed \(testSeed)")
            for form in [KanjiVariants.fold, Kana.normal, Kana.loose, ComparableText.of] {
                let once = form(text)
                #expect(same(form(once), once), note)
            }
            if let phone = PhoneNumber.normal(text) { #expect(PhoneNumber.normal(phone) == phone, note) }
            for phone in PhoneNumber.all(in: text) { #expect(PhoneNumber.normal(phone) == phone, note) }
            if let postcode = Postcode.normal(text) { #expect(Postcode.normal(postcode) == postcode, note) }
            _ = CheckDigit.isValid(text)
            let latin = LatinText.capitals(String(text.unicodeScalars.filter { $0.value < 0x250 }))
            #expect(same(LatinText.capitals(latin), latin), note)
            if case .date(let date) = JapaneseDate.parse(text, asOf: asOf), let day = date.exactDay {
                #expect(JapaneseDate.parse(day.wareki, asOf: asOf) == .date(date), note)
            }
        }
    }

    /// What an address was read as, written in the plainest notation, is read as the same.
    @Test func anAddressSurvivesItsPlainestNotation() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(4_000) {
            let text = Self.text(&random)
            let parts = AddressReader.parts(text, postcode: text, building: text)
            let note = Comment(rawValue: "\(text.debugDescription) seed \(testSeed)")
            #expect(parts.numbers.count <= 2 && [0, 7].contains(parts.postcode.utf8.count), note)
            #expect(
                (parts.chome + parts.numbers.joined()).utf8.allSatisfy { (0x30...0x39).contains($0) }, note)
            // A town whose own name ends in a 丁目 or begins with a number has no plain notation.
            guard !parts.town.isEmpty, !parts.town.utf8.contains(where: { (0x21..<0x7F).contains($0) }),
                parts.numbers.count == 2
            else { continue }
            let plain =
                parts.town + (parts.chome.isEmpty ? "" : parts.chome + "丁目") + parts.numbers[0] + "番地"
                + parts.numbers[1]
            let again = AddressReader.parts(plain)
            #expect(again.chome == parts.chome && again.numbers == parts.numbers, note)
        }
    }

    @Test func aNameIsSplitOrWhole() {
        var random = SeededGenerator(seed: testSeed)
        for kind in NameForm.Kind.allCases {
            for _ in 0..<caseCount(1_000) {
                let (text, kana) = (Self.text(&random), Self.text(&random))
                let form = NameReader.read(
                    kind: kind, written: text, kana: kana, dictionary: NameDictionary())
                #expect(form.unsplit.isEmpty || (form.family + form.given).isEmpty, "seed \(testSeed)")
                #expect(
                    form.unsplitKana.isEmpty || (form.familyKana + form.givenKana).isEmpty, "seed \(testSeed)"
                )
            }
        }
    }
}
