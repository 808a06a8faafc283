import Domain
import Foundation
import Linkage
import Tables

/// What a threshold means in wrong links, by labels where there are some.
struct LinkCalibration {
    enum Source: String, Encodable {
        /// A CSV of labelled pairs.
        case labels
        /// The truth column.
        case truth
        /// Nothing but the model's own probabilities.
        case model

        var words: String {
            switch self {
            case .labels: "ラベルの付いた組で数えました（下限以上の組から偏りなく選んだラベルとして数えます）"
            case .truth: "正解の列で数えました"
            case .model: "ラベルも正解もないため、モデル自身の確率による見込みです。実際の割合は、これより多いことがあります"
            }
        }
    }

    struct Choice: Encodable {
        let threshold: Double
        let allowedPer10000: Double
        let links: Int?
        let wrong: Int?
        let wrongPer10000: Double
        /// 95 %, exact (Clopper-Pearson); none where only the model's own probability is known.
        let interval: [Double]?
        let basedOn: Source
    }

    static let options = [
        Option("false-links-per-10000", "N", "重みの下限の代わりに、結んだ1万組のうち誤りがN組以下と見込む下限を使います"),
        Option("labels", "FILE", "見込みと確率を数える、ラベルの付いた組のCSV（id_l,id_r,label）"),
    ]

    let source: Source
    private let calibration: WeightCalibration?
    private let curve: WeightCurve?

    /// Counts by the labels file, else by the truth column, else nothing.
    init(
        _ arguments: ParsedArguments, _ work: LinkWork, _ linker: TableLinker, _ names: RecordNames
    ) throws {
        if let labels = try Self.labels(arguments, linker, names) {
            (source, curve, calibration) = (.labels, nil, labels)
        } else if let column = work.unit.truthColumn {
            let prediction = linker.predict(
                threshold: .infinity, truth: try work.table.terms(of: column)
            ) { _ in }
            (source, curve, calibration) = (.truth, nil, prediction.curve.calibration)
        } else {
            // The curve wants a truth: that of nobody.
            let unknown = [UInt32](repeating: 0, count: work.table.count)
            let prediction = linker.predict(threshold: .infinity, truth: unknown) { _ in }
            (source, curve, calibration) = (.model, prediction.curve, nil)
        }
    }

    /// The labels file's pairs by their weights; `nil` where none is given.
    static func labels(
        _ arguments: ParsedArguments, _ linker: TableLinker, _ names: RecordNames
    ) throws -> WeightCalibration? {
        guard let path = arguments.values["labels"] else { return nil }
        let labels = try PairLabels.read(path, names: names)
        var comparer = linker.comparer()
        var counts: [WeightCalibration.Count] = []
        for pair in labels.same.sorted() {
            let weight = comparer.pair(pair.left, pair.right).weight
            counts.append(WeightCalibration.Count(weight: weight, matches: 1, others: 0))
        }
        for pair in labels.different.sorted() {
            let weight = comparer.pair(pair.left, pair.right).weight
            counts.append(WeightCalibration.Count(weight: weight, matches: 0, others: 1))
        }
        return WeightCalibration(counts)
    }

    /// The lowest threshold that keeps to so many wrong links of 10,000.
    ///
    /// - Throws: `link.calibration` where none does.
    func choice(wrongPer10000 allowed: Double) throws -> Choice {
        if let calibration {
            guard let found = Choice(calibration, wrongPer10000: allowed, basedOn: source) else {
                throw Self.none(allowed)
            }
            return found
        }
        var (wrong, before) = (0.0, 0)
        var best: (threshold: Double, wrong: Double)?
        for point in curve?.points(actual: 0) ?? [] {
            let links = point.matches + point.others
            // The step's lower edge: none of its pairs is less probable.
            wrong += Double(links - before) * (1 - matchProbability(weight: point.weight))
            before = links
            if wrong / Double(links) * 10_000 <= allowed {
                best = (point.weight, wrong / Double(links) * 10_000)
            }
        }
        guard let best else { throw Self.none(allowed) }
        return Choice(
            threshold: best.threshold, allowedPer10000: allowed, links: nil, wrong: nil,
            wrongPer10000: best.wrong, interval: nil, basedOn: .model)
    }

    static func none(_ allowed: Double) -> Fault {
        Fault(
            .gate, code: "link.calibration", message: "誤りが1万組に\(allowed)組以下となる下限がありません。",
            fix: "もっと大きい数にするか、比較を見直してください。ラベルが少ないときは増やしてください。")
    }

    /// The wrong links of 10,000 that the command line allows.
    static func allowed(_ arguments: ParsedArguments) throws(Fault) -> Double? {
        guard let text = arguments.values["false-links-per-10000"] else { return nil }
        guard let allowed = Double(text), allowed >= 0, allowed <= 10_000 else {
            throw usageFault("「--false-links-per-10000」の値が違います。", "0から10000までの数を書いてください（例: 5）。")
        }
        return allowed
    }

    /// Refuses two ways to the threshold, before anything is read.
    static func check(_ arguments: ParsedArguments) throws(Fault) {
        guard try arguments.bits("threshold") != nil, try allowed(arguments) != nil else { return }
        throw usageFault("下限の決め方が2つあります。", "「--threshold」と「--false-links-per-10000」のどちらかにしてください。")
    }

    /// The threshold that the command line asks for, in bits or in wrong links.
    static func threshold(
        _ arguments: ParsedArguments, _ work: LinkWork, _ linker: TableLinker, usual: Double,
        _ console: Console
    ) throws -> (bits: Double, choice: Choice?) {
        guard let allowed = try allowed(arguments) else {
            return (try arguments.bits("threshold") ?? usual, nil)
        }
        let names = try work.names()
        let choice = try LinkCalibration(arguments, work, linker, names).choice(wrongPer10000: allowed)
        console.say(choice.text)
        return (choice.threshold, choice)
    }
}

extension LinkCalibration.Choice {
    /// The lowest threshold that keeps to so many wrong links of 10,000 as counted; `nil` where none does.
    init?(
        _ calibration: WeightCalibration, wrongPer10000 allowed: Double,
        basedOn source: LinkCalibration.Source
    ) {
        guard let found = calibration.threshold(wrongPer10000: allowed) else { return nil }
        self.init(
            threshold: found.weight, allowedPer10000: allowed, links: found.links, wrong: found.wrong,
            wrongPer10000: found.wrongPer10000,
            interval: [found.interval.low * 10_000, found.interval.high * 10_000], basedOn: source)
    }

    /// One sentence for people.
    var text: String {
        String(format: "重みの下限 %.2f: 結んだ1万組のうち誤り %.2f組", threshold, wrongPer10000)
            + (interval.map {
                String(format: "（%d組のうち%d組、95%%区間 %.2f〜%.2f）", links ?? 0, wrong ?? 0, $0[0], $0[1])
            } ?? "の見込み") + "。\(basedOn.words)。"
    }
}
