import Domain
import TestSupport
import Testing

@testable import Programmes

@Test("A short text has at most 500 characters, whatever the registry wrote, and always says how to opt out")
func lengths() throws {
    var random = SeededGenerator(seed: testSeed)
    for place in 0..<caseCount(300) {
        func words(_ most: Int) -> String {
            String(repeating: "案内の文", count: Int.random(in: 0...most, using: &random))
        }
        let long = Programme(
            psid: "p", name: "制度" + words(40), summary: words(300), conditions: [words(20)], area: nil,
            age: .unknown, period: .init(words: words(60)), documents: [words(50), words(50)],
            contact: [words(90)],
            links: [
                .init(
                    title: "",
                    address: "https://a.example/"
                        + String(repeating: "b", count: Int.random(in: 0...300, using: &random)))
            ])
        let text = Draft(long, channel: .text, municipality: words(20), attribution: words(10)).text
        #expect(text.count <= Draft.longest, "seed \(testSeed) case \(place)")
        #expect(text.contains("望まないときは"))
        let letter = Draft(long, channel: .letter, municipality: "市", attribution: "出典").text
        #expect(letter.contains(long.summary) && letter.contains("望まないときは"))
    }
}

@Test func aDraftOfTheSampleCityReadsPlainly() throws {
    let programmes = try RegistryReader.read(sampleRegistry(), name: "s", table: shippedTable()).programmes
    let first = try #require(programmes.first)
    #expect(
        Draft(first, channel: .text, municipality: "若葉野市", attribution: "").text == """
            【若葉野市】「児童手当」のご案内
            お住まいの地域の子育て世帯に、使える可能性のある制度をご案内しています。対象になるかどうかは、窓口で確かめられます。
            0歳から高校生年代までのこどもを育てている方に、手当を支給します。
            くわしく: https://www.city.wakabano.example/kosodate/1.html
            申込み: いつでもできます
            必要なもの: 振込先の分かるもの
            問合せ: 若葉野市 子育て支援課 0990-00-0000
            すでに利用している方、希望しない方は、何もなさらなくて大丈夫です。
            今後このご案内を望まないときは、市の担当課にお知らせください。
            """)
}
