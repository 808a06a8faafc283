import Foundation
import Linkage
import Nightly

/// What a random sample tells of the links, for people and machines.
struct SampleView: Encodable {
    let outcome: String
    let joined: SampleEstimate.Stratum
    let apart: SampleEstimate.Stratum
    let precision: ShareInterval?
    let recall: ShareInterval?

    init(_ estimate: SampleEstimate, outcome: String) {
        self.outcome = outcome
        (joined, apart) = (estimate.joined, estimate.apart)
        (precision, recall) = (estimate.precision, estimate.recall)
    }

    var text: String {
        func line(_ title: String, _ stratum: SampleEstimate.Stratum) -> String {
            "\(title): \(stratum.population)組から \(stratum.drawn)組（同じ人 \(stratum.same)、別の人 \(stratum.different)、まだ \(stratum.open)）"
        }
        func interval(_ title: String, _ share: ShareInterval?) -> String {
            guard let share else { return "\(title): まだ分かりません" }
            let text = { (value: Double) in String(format: "%.4f", value) }
            return "\(title): \(text(share.middle))（95%区間 \(text(share.low))〜\(text(share.high))）"
        }
        return """
            \(line("自動で結んだ組", joined))
            \(line("人の確認に回した組", apart))
            \(interval("適合率", precision))
            \(interval("再現率", recall))（比べなかった組と、確認にも回らなかった組は含みません）
            """
    }
}
