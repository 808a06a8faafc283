import Domain
import Foundation
import Linkage
import Tables

/// `renkei link`: the linkage engine on any CSV, by a work file.
enum LinkCommand {
    static let usage = Usage(
        "link", "どんなCSVでも、作業ファイルに従って名寄せします",
        options: [
            Option("work", "FILE", "作業ファイル（JSON。入力・規則・比較・学習の仕方）"),
            Option("model", "FILE", "作業ファイルの規則と比較の代わりに使うモデル（Splink 4・5 の保存したJSON）"),
            Option("train", nil, "作業ファイルの m・u・事前確率を使わず、入力から学習します"),
            Option("threshold", "BITS", "書き出す組の重みの下限（省略時は 0）"),
            Option("out", "FILE", "組を書き出すCSV"),
            Option("folder", "NAME=DIR", "入力の「$NAME」の場所（省略時は環境変数）"),
            Option("threads", "N", "スレッド数（省略時は2）"),
            Option("max-pairs", "N", "規則が作ってよい組の上限（省略時は5億）"),
            Option("max-memory", "MIB", "値のほかに使ってよいメモリの上限（省略時は上限なし）"),
        ],
        discussion: """
            比べる組を規則で選び、一致の度合いを重み（ビット）に直して、同じ人らしい組を書き出します。正解の列があれば、
            適合率・再現率・F1も示します。結果はスレッド数によりません。書き方は docs/link.md にあります。

            例: renkei link --work unit.json --out pairs.csv --threshold 5
            """)

    private struct Result: Encodable {
        struct Best: Encodable {
            let weight: Double
            let precision: Double
            let recall: Double
            let f1: Double
        }
        let work: String
        let records: Int
        let candidatePairs: Int
        let pairsByRule: [Int]
        let kept: Int
        let forecastPairs: Int
        let forecastMebibytes: Int
        let suspectKeys: Int
        let oversizedBlocks: Int
        let seconds: [String: Double]
        let prior: Double
        let best: Best?
        let recallAtPrecision: [String: Double]?
        let blockingRecall: Double?
        let peakMebibytes: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let path = arguments.values["work"] else {
            throw usageFault("作業ファイルがありません。", "「--work」で作業ファイルを指定してください。書き方は docs/link.md にあります。")
        }
        var clock = LinkClock()
        let unit = try WorkUnit.load(path: path, folders: folders(arguments))
        var table = try TableFile.read(unit.inputs)
        try RecordNumbers.check(unit.idColumn, of: table)
        clock.lap("read")
        var model = try arguments.values["model"].map { try SplinkModel.load(path: $0) } ?? unit.model
        let threads = try arguments.number("threads", in: 1...256) ?? 2
        if arguments.has("train") {
            guard let plan = unit.plan else {
                throw usageFault("作業ファイルに学習の仕方（training）がありません。", "training を書くか、「--train」を外してください。")
            }
            let training = try TableTraining.train(model, plan: plan, table: &table, threads: threads)
            model = training.model
            tell(training, console)
            clock.lap("train")
        }
        let linker = try TableLinker(
            model, table: &table, threads: threads, limits: try limits(arguments, unit))
        clock.lap("prepare")
        let suspects = try SuspectKey.find(model.rules, in: table)
        tell(linker.forecast, suspects, console)
        clock.lap("check")
        let truth = try unit.truthColumn.map { try table.terms(of: $0) }
        let threshold = try threshold(arguments)
        let prediction =
            if let out = arguments.values["out"] {
                try PairFile.write(
                    linker, threshold: threshold, truth: truth, ids: table.texts(of: unit.idColumn), to: out)
            } else {
                linker.predict(threshold: threshold, truth: truth) { _ in }
            }
        clock.lap("predict")
        let result = result(unit, table, model, linker.forecast, suspects.count, prediction, truth, clock)
        try console.result(result)
        tell(result, model, console)
        console.say(
            arguments.values["out"].map { "次に: 「\($0)」の組を、重みの小さいほうから確かめてください。" }
                ?? "次に: 「--out 組.csv」を付けると、下限以上の組を書き出します。")
    }

    private static func folders(_ arguments: ParsedArguments) throws -> [String: String] {
        var folders = ProcessInfo.processInfo.environment
        if let given = arguments.values["folder"] {
            let parts = given.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw usageFault("「--folder」の書き方が違います。", "「--folder 名前=フォルダ」と書いてください。")
            }
            folders[parts[0]] = parts[1]
        }
        return folders
    }

    private static func limits(_ arguments: ParsedArguments, _ unit: WorkUnit) throws -> LinkageLimits {
        var limits = LinkageLimits()
        limits.block = unit.blockLimit
        limits.pairs = try arguments.number("max-pairs", in: 1...1 << 50) ?? 500_000_000
        if let mebibytes = try arguments.number("max-memory", in: 1...1 << 30) {
            limits.bytes = mebibytes << 20
        }
        return limits
    }

    private static func threshold(_ arguments: ParsedArguments) throws -> Double {
        guard let text = arguments.values["threshold"] else { return 0 }
        guard let threshold = Double(text), threshold.isFinite else {
            throw usageFault("「--threshold」が数ではありません。", "重みの下限をビットで書いてください（例: 5、-2.5）。")
        }
        return threshold
    }

    private static func result(
        _ unit: WorkUnit, _ table: RecordTable, _ model: TableModel, _ forecast: LinkageForecast,
        _ suspects: Int, _ prediction: TableLinker.Prediction,
        _ truth: [UInt32]?, _ clock: LinkClock
    ) -> Result {
        let actual = truth.map {
            TruePairs.count($0, linkType: model.linkType, datasets: table.datasets)
        }
        let points = actual.map { prediction.curve.points(actual: $0) }
        let best = points?.max { $0.f1 < $1.f1 }
        return Result(
            work: unit.name, records: table.count, candidatePairs: prediction.pairCount,
            pairsByRule: prediction.pairsByRule, kept: prediction.kept, forecastPairs: forecast.pairs,
            forecastMebibytes: forecast.bytes >> 20, suspectKeys: suspects,
            oversizedBlocks: forecast.oversized.count,
            seconds: clock.seconds,
            prior: model.prior,
            best: best.map {
                Result.Best(weight: $0.weight, precision: $0.precision, recall: $0.recall, f1: $0.f1)
            },
            recallAtPrecision: points.map { points in
                Dictionary(
                    uniqueKeysWithValues: [0.95, 0.99, 0.999].map { precision in
                        (
                            String(precision),
                            points.filter { $0.precision >= precision }.map(\.recall).max() ?? 0
                        )
                    })
            }, blockingRecall: points?.last?.recall, peakMebibytes: peakMebibytes())
    }

    private static func tell(_ forecast: LinkageForecast, _ suspects: [SuspectKey], _ console: Console) {
        console.say(
            "見込み: 多くて\(forecast.pairs)組、値のほかにメモリ \(forecast.bytes >> 20) MiB（記録\(forecast.records)件）")
        for rule in forecast.rules where rule.pairs == 0 {
            console.say("組を作らない規則（列が空か、同じ値がありません）: \(rule.sql)")
        }
        for block in forecast.oversized {
            let split =
                block.splitBy.isEmpty ? "分けられず除きました" : "さらに\(block.splitBy.joined(separator: "、"))で分けました"
            console.say(
                "大きすぎるブロック（\(block.rule + 1)番目の規則、記録\(block.records)件、\(block.pairs)組）: \(split)。"
                    + "この規則が作る組は\(block.pairsKept)です。")
        }
        for suspect in suspects {
            let reason = suspect.reason == .farMore ? "ほかの値よりずっと多い値" : "「不明」などに見える値"
            console.say(
                "\(reason): 列「\(suspect.column)」の1つの値が\(suspect.records)件（\(String(format: "%.2f", suspect.share * 100))%）。"
                    + "本当の値でなければ、空にしてください。")
        }
    }

    private static func tell(_ training: TableTraining, _ console: Console) {
        console.say("事前の確率 \(training.model.prior)、別人の組 \(training.randomPairs)で u を数えました。")
        for pass in training.passes {
            console.say(
                "「\(pass.rule)」の組 \(pass.pairs)で m を求めました（\(pass.iterations)回、"
                    + (pass.converged ? "収束" : "収束せず") + "）。"
                    + (pass.leftOut.isEmpty ? "" : "除いた比較: " + pass.leftOut.joined(separator: "、")))
        }
        for level in training.unseen { console.say("求められなかった段階: \(level)") }
    }

    private static func tell(_ result: Result, _ model: TableModel, _ console: Console) {
        console.say("記録 \(result.records)件、比べた組 \(result.candidatePairs)、下限以上の組 \(result.kept)")
        for (rule, pairs) in zip(model.rules, result.pairsByRule) { console.say("  \(pairs)  \(rule.sql)") }
        if let best = result.best {
            console.say(
                String(
                    format: "F1が最もよい重み %.2f: 適合率 %.4f、再現率 %.4f、F1 %.4f", best.weight, best.precision,
                    best.recall, best.f1))
        }
        let times = parts.compactMap { part in
            result.seconds[part.name].map { String(format: "%@ %.2f秒", part.title, $0) }
        }
        console.say(times.joined(separator: "、") + "、メモリ最大 \(result.peakMebibytes) MiB")
    }

    /// The parts of the work in their order.
    private static let parts = [
        (name: "read", title: "読み込み"), (name: "train", title: "学習"), (name: "prepare", title: "準備"),
        (name: "check", title: "点検"), (name: "predict", title: "比較"),
    ]
}

/// Seconds of each part of the work.
private struct LinkClock {
    private var last = ContinuousClock.now
    private(set) var seconds: [String: Double] = [:]

    mutating func lap(_ name: String) {
        let now = ContinuousClock.now
        seconds[name] = last.duration(to: now) / .seconds(1)
        last = now
    }
}

/// The most memory this process has held, in MiB.
private func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
}
