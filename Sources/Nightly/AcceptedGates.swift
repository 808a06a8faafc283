package import Domain
import JapaneseText
package import Policy

/// Gates that one night may fail and be published all the same, because somebody has looked and says why.
///
/// What nobody has seen nobody can accept: it counts for what an earlier run of the same inputs was stopped with. For this
/// night alone: nothing keeps them but the run's report and the audit trail.
package struct AcceptedGates: Sendable {
    let gates: Set<String>
    let acceptance: GateAcceptance

    /// - Throws: `Fault` of kind `.usage` where there is no such gate, it may not be let through, or the reason is no sentence
    ///   on one line.
    package init(_ gates: [String], reason: String, actor: Actor) throws(Fault) {
        for gate in gates {
            guard Gates.names.contains(gate) else {
                throw Fault(
                    .usage, code: "gate.unknown", message: "「\(gate)」という点検はありません。",
                    fix: "次のどれかを書いてください: \(Self.acceptable.joined(separator: "、"))")
            }
            guard !Gates.unacceptable.contains(gate) else {
                throw Fault(
                    .usage, code: "gate.unacceptable", message: "点検「\(gate)」は、承認して通すことができません。",
                    fix: gate == "protection-rows"
                        ? "「renkei rejected export」で担当課に戻し、直された行を「renkei rejected reload」で受け取ってください。"
                        : "開発元に連絡してください。前回の公開はそのまま使えます。")
            }
        }
        try StatedReason.require(
            reason, of: "承認", code: "gate.reason", shortest: 5, example: "「--reason」に、何を確かめたか")
        self.gates = Set(gates)
        acceptance = GateAcceptance(actor: actor.description, reason: reason)
    }

    /// - Parameter seen: the gates of the run of the same inputs that stopped.
    /// - Throws: `gate.unseen` where one of the gates did not fail there.
    func require(_ seen: [GateResult]) throws(Fault) {
        let failed = Set(seen.filter { !$0.passed }.map(\.gate))
        let unseen = Gates.names.filter { gates.contains($0) && !failed.contains($0) }
        guard unseen.isEmpty else {
            throw Fault(
                .usage, code: "gate.unseen",
                message: "今の抽出と設定では、点検「\(unseen.joined(separator: "」「"))」で止まった実行がまだありません。",
                fix: "承認を付けずに「renkei run」を実行し、止まったら実行報告で行や数を確かめてから、承認してください。")
        }
    }

    /// In the order of the gates.
    static var acceptable: [String] { Gates.names.filter { !Gates.unacceptable.contains($0) } }
}

extension [GateResult] {
    /// Notes on the gates that failed and were accepted who did it.
    ///
    /// - Parameter seen: the gates of the run that was looked at; with another figure or other rows there one stops again.
    func accepting(_ accepted: AcceptedGates?, asSeenIn seen: [GateResult]) -> [GateResult] {
        map { result in
            var result = result
            if !result.passed, let accepted, accepted.gates.contains(result.gate),
                seen.contains(where: {
                    $0.gate == result.gate && !$0.passed && $0.message == result.message
                })
            {
                result.acceptance = accepted.acceptance
            }
            return result
        }
    }

    /// What the night stops with; `nil` where nothing stops it.
    func fault(report: String) -> Fault? {
        let stopping = filter(\.stops)
        guard let first = stopping.first else { return nil }
        let names = stopping.map(\.gate)
        let way =
            Gates.unacceptable.isDisjoint(with: names)
            ? "確かめて正しければ、今夜だけ「renkei run --accept-gate \(names.joined(separator: ",")) --reason 確かめたこと」で通せます（監査記録に残ります）。"
            : ""
        return Fault(
            .gate, code: "gate." + first.gate, message: stopping.map(\.message).joined(separator: "\n"),
            file: report, fix: "実行報告を確かめて直し、もう一度実行してください。\(way)前回の公開はそのまま使えます。")
    }
}
