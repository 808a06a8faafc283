import Domain
import Foundation
import Testing

@testable import Pages

@Suite struct WorkPageTests {
    /// A case that the reader works on, whose last step was refused.
    private static func panel(refused step: String, typed: [String: String] = [:]) -> String {
        var work = CaseWork(state: .checking)
        work.holder = "tanaka"
        return WorkPanel(
            id: "C-1", work: work, version: 2, user: "tanaka", csrf: "", holder: nil, offeredTo: nil,
            proposer: nil, workers: [.init(id: "suzuki", name: "鈴木")], mayUndo: false,
            refused: .init(message: "理由が書かれていません。", typed: typed.merging(["step": step]) { $1 })
        ).html(in: Samples.frame).source
    }

    @Test(arguments: [("close", "終える"), ("offer", "期限・引継ぎ"), ("release", "期限・引継ぎ")])
    func aRefusedStepOpensWhatItStandsInAndNothingElse(_ step: String, _ title: String) {
        let page = Self.panel(refused: step)
        #expect(page.contains("<details open=\"\"><summary>\(title)</summary>"))
        #expect(page.components(separatedBy: "<details open").count == 2)
        #expect(!Self.panel(refused: "note").contains("<details open"))
    }

    @Test func whatWasTypedWithARefusedStepStandsInItsFormAgain() {
        let page = Self.panel(refused: "offer", typed: ["note": "地区が替わるため", "to": "suzuki"])
        #expect(page.components(separatedBy: "地区が替わるため</textarea>").count == 2)
        #expect(page.contains("<option value=\"suzuki\" selected=\"\">鈴木</option>"))
    }

    @Test func theMonthOfADrawIsToldAsPagesTellMonths() {
        let drawn = SpotCheckEntry(
            number: 1, month: "2026-10", person: "P-1", name: "架空　ゆい", nameKana: "", birth: nil,
            isProtected: false, answers: [])
        let page = SpotCheckListPage(lines: [drawn], asOf: Samples.today).render(in: Samples.frame)
        #expect(page.contains(">令和8年10月</th>") && !page.contains("2026-10"))
    }

    /// Said once for all of them: what one kind of field leaves to the browser is unreadable by night.
    @Test func everyKindOfFieldTakesItsColoursFromThePage() throws {
        let rules = Stylesheet.text.split(separator: "}")
        for field in ["input", "select", "textarea"] {
            let own = rules.filter { rule in
                let names = rule.split(separator: "{").first?.split(separator: ",") ?? []
                return names.contains {
                    $0.trimmingPrefix(while: \.isWhitespace).split(separator: " ") == [Substring(field)]
                }
            }.joined()
            #expect(own.contains("color: var(--ink)") && own.contains("background: var(--paper)"), "\(field)")
            #expect(!own.contains("#"), "\(field) has a colour that does not follow the scheme")
        }
    }

    @Test func whatEndedWaitsForNobody() {
        var detail = Samples.detail
        #expect(detail.render(in: Samples.frame).contains("class=\"urgency\""))
        (detail.summary.queue, detail.summary.state) = (nil, .supported)
        detail.summary.endedOn = Samples.today
        let ended = detail.render(in: Samples.frame)
        #expect(!ended.contains("class=\"urgency") && ended.contains("\(Samples.today.wareki)に終了"))
    }
}
