import Domain
import Foundation
import Linkage
import Tables

/// `renkei link evaluate`: how good pairs and clusters are, where the truth is known.
enum LinkEvaluateCommand {
    static let usage = Usage(
        "link evaluate", "正解の列と比べて、組とまとまりの良さを示します",
        options: LinkWork.options + [
            Option("threshold", "BITS", "まとめる重みの下限。「,」で並べると、それぞれでまとめて比べます（省略時は 0,2.5,5,7.5,10,15）")
        ] + LinkClusterCommand.clusteringOptions + [
            Option("clusters", "FILE", "自分でまとめる代わりに比べる、記録と人の対応のCSV（record,cluster）"),
            Option("false-links-per-10000", "N", "結んだ1万組のうち誤りがN組以下となる重みの下限を、区間とともに示します（--by の値ごとにも）"),
            Option("by", "COLUMN", "この列の値ごとの良さも示します（記録が\(Judge.fewest)件以上ある値を、多いものから）"),
            Option("show-values", nil, "記録の少ない値も示します（電話番号などでは人の情報です）"),
        ] + LinkCharts.options,
        discussion: """
            適合率は結んだ組のうち正しい割合、再現率は同じ人の組のうち結べた割合、F1 はその調和平均です。規則が作らなかった組も
            再現率に数えます。B-cubed は、記録ごとに見たまとまりの正しさの平均です。正解の列が空の記録は、誰とも同じ人ではないとします。

            例: renkei link evaluate --work unit.json --model model.json --threshold 5,8 --by sex
            """)

    private struct Figures: Encodable {
        let precision: Double
        let recall: Double
        let f1: Double
    }
    private struct Point: Encodable {
        let threshold: Double
        /// Of one pair of this weight that it is of one person: as the model has it, and as counted by the truth.
        let probability: Double
        let calibratedProbability: Double?
        let pairs: Figures
    }
    private struct Clusters: Encodable {
        let threshold: Double?
        let clusters: Int
        let pairs: Figures
        let bCubed: Figures
        let groups: [Group]
    }
    private struct Group: Encodable {
        let value: String
        let records: Int
        let pairs: Figures
        let bCubed: Figures
    }
    private struct Calibrated: Encodable {
        let group: String?
        /// None where no threshold keeps to it.
        let choice: LinkCalibration.Choice?
    }
    private struct Result: Encodable {
        let outcome = "evaluated"
        let records: Int
        let truePairs: Int
        let candidatePairs: Int?
        let blockingRecall: Double?
        let best: Point?
        let recallAtPrecision: [String: Double]?
        let curve: [Point]
        let calibration: [Calibrated]
        let clusters: [Clusters]
        let charts: String?
        let seconds: [String: Double]
        let peakMebibytes: Int
    }

    /// Refuses what does not go together, before anything is read.
    private static func check(_ arguments: ParsedArguments) throws(Fault) {
        guard arguments.values["clusters"] != nil else { return }
        if try LinkCalibration.allowed(arguments) != nil {
            throw usageFault(
                "「--clusters」のまとまりには重みがありません。",
                "「--false-links-per-10000」か「--clusters」のどちらかにしてください。")
        }
        guard arguments.values["charts"] == nil else {
            throw usageFault("「--charts」と「--clusters」は、一緒には使えません。", "図は自分でまとめるときだけ書けます。どちらか一方を書いてください。")
        }
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        try check(arguments)
        var progress = LinkProgress(console)
        var work = try LinkWork(arguments, &progress)
        let truth = try work.truth()
        let names = try work.names()
        let judge = try Judge(
            work, truth: truth, by: arguments.values["by"], showsAll: arguments.has("show-values"))
        let actual = TruePairs.count(
            truth, linkType: work.model.linkType, datasets: work.table.datasets)
        guard actual > 0 else {
            throw Fault(
                .gate, code: "link.truth", message: "正解の列に、比べうる同じ人の組が1つもありません。良さは測れません。",
                field: work.unit.truthColumn, fix: "同じ人の記録に同じ値が入っている列を、truth_column に書いてください。")
        }
        var (points, clusters, pairCount): ([WeightCurve.Point], [Clusters], Int?) = ([], [], nil)
        var calibrated: [Calibrated] = []
        let allowed = try LinkCalibration.allowed(arguments)
        var calibration = WeightCalibration([])
        if let path = arguments.values["clusters"] {
            progress.begin("evaluate")
            clusters = [judge.figures(try ClusterFile.read(path, names: names), threshold: nil)]
        } else {
            let thresholds = try arguments.bitsList("threshold") ?? [0, 2.5, 5, 7.5, 10, 15]
            progress.begin("prepare")
            let linker = try work.linker()
            progress.begin("check")
            try work.tell(linker.forecast, console)
            progress.begin("predict")
            let prediction = try linker.predict(threshold: thresholds.min() ?? 0, truth: truth)
            points = prediction.curve.points(actual: actual)
            pairCount = prediction.pairCount
            calibration = prediction.curve.calibration
            if let allowed { calibrated = try judge.calibrated(linker, calibration, truth, allowed) }
            progress.begin("cluster")
            var best: (clusters: [[Int]], threshold: Double, f1: Double)?
            for threshold in thresholds.sorted() {
                let plan = try LinkClusterCommand.plan(arguments, work.unit, names, threshold: threshold)
                let clustering = LinkClusterCommand.cluster(prediction.pairs, plan, linker, work, names)
                let figures = judge.figures(clustering.clusters, threshold: threshold)
                clusters.append(figures)
                if figures.pairs.f1 > best?.f1 ?? -1 {
                    best = (clustering.clusters, threshold, figures.pairs.f1)
                }
            }
            if let charts = arguments.values["charts"], let best {
                progress.begin("charts")
                try LinkCharts.write(
                    work, linker, threshold: best.threshold, points: points, clusters: best.clusters,
                    to: charts)
            }
        }
        progress.end()
        let result = Result(
            records: work.table.count, truePairs: actual, candidatePairs: pairCount,
            blockingRecall: points.last?.recall,
            best: points.max { $0.f1 < $1.f1 }.map { point($0, at: $0.weight, calibration) },
            recallAtPrecision: points.isEmpty ? nil : points.recallAtPrecision,
            // A line for every second bit: the last point that is no lower.
            curve: stride(from: -20.0, through: 40, by: 2).compactMap { bits in
                points.last { $0.weight >= bits }.map { point($0, at: bits, calibration) }
            },
            calibration: calibrated, clusters: clusters, charts: arguments.values["charts"],
            seconds: progress.seconds,
            peakMebibytes: peakMebibytes())
        try console.result(result)
        tell(result, console, groups: judge.groups.count, left: judge.leftOut)
        console.say(progress.text + "、メモリ最大 \(result.peakMebibytes) MiB")
        let best = clusters.max { $0.pairs.f1 < $1.pairs.f1 }?.threshold
        console.say(
            best.map {
                "次に: "
                    + arguments.next(
                        LinkClusterCommand.usage, console, [("threshold", "\($0)"), ("out", "clusters.csv")])
            } ?? "次に: 誤った組の重みの内訳を確かめてください。\n  \(arguments.next(LinkCompareCommand.usage, console)) 番号 番号")
    }

    private static func point(
        _ point: WeightCurve.Point, at threshold: Double, _ calibration: WeightCalibration
    ) -> Point {
        Point(
            threshold: threshold, probability: matchProbability(weight: threshold),
            calibratedProbability: calibration.probability(of: threshold),
            pairs: Figures(precision: point.precision, recall: point.recall, f1: point.f1))
    }

    private static func tell(_ result: Result, _ console: Console, groups: Int, left: Int) {
        func line(_ figures: Figures) -> [String] {
            [figures.precision, figures.recall, figures.f1].map { String(format: "%.4f", $0) }
        }
        console.say("記録 \(result.records)件、同じ人の組 \(result.truePairs)")
        if let best = result.best, let pairs = result.candidatePairs, let recall = result.blockingRecall {
            console.say("比べた組 \(pairs)、規則が作った同じ人の組の割合 \(String(format: "%.4f", recall))")
            console.say(
                TextTable.text(
                    ["重みの下限", "適合率", "再現率", "F1", "この重みの組の確率", "正解で数えた割合"],
                    (result.curve.filter { (-10...30).contains($0.threshold) } + [best]).map { point in
                        [String(format: "%.2f", point.threshold)] + line(point.pairs)
                            + [point.probability, point.calibratedProbability ?? 0].map {
                                String(format: "%.4f", $0)
                            }
                    }) + "  ← F1が最もよい")
        }
        for (precision, recall) in (result.recallAtPrecision ?? [:]).sorted(by: { $0.key < $1.key }) {
            console.say("適合率が \(precision) 以上での再現率: \(String(format: "%.4f", recall))")
        }
        for entry in result.calibration {
            console.say(
                (entry.group.map { "\($0): " } ?? "全体: ")
                    + (entry.choice?.text ?? "誤りがこの数以下となる下限はありません。"))
        }
        console.say("\nまとめた結果:")
        console.say(
            TextTable.text(
                ["重みの下限", "人", "適合率", "再現率", "F1", "B-cubed適合率", "再現率", "F1"],
                result.clusters.map {
                    [$0.threshold.map { String(format: "%.2f", $0) } ?? "（ファイル）", "\($0.clusters)"]
                        + line($0.pairs) + line($0.bCubed)
                }))
        guard groups > 0, let best = result.clusters.max(by: { $0.pairs.f1 < $1.pairs.f1 }) else { return }
        console.say("\n値ごと（重みの下限 \(best.threshold.map { "\($0)" } ?? "ファイルのまま")、その値の記録を含む組）:")
        console.say(
            TextTable.text(
                ["値", "記録", "適合率", "再現率", "F1", "B-cubed F1"],
                best.groups.map {
                    [$0.value, "\($0.records)"] + line($0.pairs) + [String(format: "%.4f", $0.bCubed.f1)]
                }))
        if left > 0 { console.say("ほかに \(left)種類の値（「その他」にまとめました）") }
    }

    /// Measures clusters against the truth.
    private struct Judge {
        /// Values that stand for themselves.
        private static let most = 20
        /// Records of a value that stands for itself: what few share names them.
        static let fewest = 10

        private let truth: [Int]
        private let sources: [SourceID]
        private let isAcross: Bool
        let groups: [(name: String, members: [Bool])]
        /// Values that are lumped together.
        let leftOut: Int

        init(_ work: LinkWork, truth: [UInt32], by column: String?, showsAll: Bool) throws {
            // A record that nobody knows is nobody's: a person of its own.
            self.truth = truth.enumerated().map { $1 == 0 ? -1 - $0 : Int($1) }
            sources = work.table.datasets.map { SourceID(work.unit.datasets[Int($0)]) }
            isAcross = work.model.linkType == .link
            guard let column else {
                (groups, leftOut) = ([], 0)
                return
            }
            let values = try work.table.texts(of: column)
            let counts = values.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
            let told = ordered.prefix(Self.most).filter { showsAll || (counts[$0] ?? 0) >= Self.fewest }
            let shown = Set(told)
            var groups = told.map { value in
                (name: value.isEmpty ? "（空）" : value, members: values.map { $0 == value })
            }
            leftOut = ordered.count - shown.count
            if leftOut > 0 { groups.append(("その他", values.map { !shown.contains($0) })) }
            self.groups = groups
        }

        /// The threshold of so many wrong links of 10,000, of all pairs and of those with a record of each group.
        ///
        /// - Throws: `link.calibration` where none of all pairs keeps to it.
        func calibrated(
            _ linker: TableLinker, _ all: WeightCalibration, _ truth: [UInt32], _ allowed: Double
        ) throws -> [Calibrated] {
            func choice(_ calibration: WeightCalibration) -> LinkCalibration.Choice? {
                LinkCalibration.Choice(calibration, wrongPer10000: allowed, basedOn: .truth)
            }
            guard let whole = choice(all) else { throw LinkCalibration.none(allowed) }
            let curves = groups.isEmpty ? [] : linker.curves(of: groups.map(\.members), truth: truth)
            return [Calibrated(group: nil, choice: whole)]
                + zip(groups, curves).map { Calibrated(group: $0.name, choice: choice($1.calibration)) }
        }

        func figures(_ clusters: [[Int]], threshold: Double?) -> Clusters {
            let measured = LinkageEvaluation.measure(
                truth: truth, predicted: LinkageEvaluation.predicted(clusters, records: truth.count),
                // Where files are linked to each other, pairs within one are not asked for.
                sources: sources, groups: groups, isAcross: isAcross)
            return Clusters(
                threshold: threshold, clusters: clusters.count, pairs: Self.figures(measured.pairs),
                bCubed: Self.figures(measured.bCubed),
                groups: measured.groups.map {
                    Group(
                        value: $0.name, records: $0.records, pairs: Self.figures($0.pairs),
                        bCubed: Self.figures($0.bCubed))
                })
        }

        private static func figures(_ pairs: LinkageEvaluation.Pairs) -> Figures {
            Figures(precision: pairs.precision, recall: pairs.recall, f1: pairs.f1)
        }

        private static func figures(_ cubed: LinkageEvaluation.BCubed) -> Figures {
            Figures(precision: cubed.precision, recall: cubed.recall, f1: cubed.f1)
        }
    }
}
