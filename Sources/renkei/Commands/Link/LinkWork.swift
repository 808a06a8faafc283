import Domain
import Foundation
import Linkage
import Tables

/// What every command of `renkei link` begins with: the work file, its table, and a model.
struct LinkWork {
    let unit: WorkUnit
    var table: RecordTable
    var model: TableModel
    let threads: Int
    let limits: LinkageLimits
    /// Where the model's probabilities come from, for people.
    let modelSource: String

    static let options = [
        Option("work", "FILE", "作業ファイル（JSON。入力・規則・比較・学習の仕方）"),
        Option("model", "FILE", "学習したモデル（link train か Splink 4・5 の保存したJSON。省略時は作業ファイルの m・u）"),
        Option("folder", "NAME=DIR", "入力の「$NAME」の場所（省略時は環境変数）"),
        Option("threads", "N", "スレッド数（省略時は2）"),
        Option("max-pairs", "N", "規則が作ってよい組の上限（省略時は5億）"),
        Option("max-memory", "MIB", "値のほかに使ってよいメモリの上限（省略時は上限なし）"),
    ]

    init(_ arguments: ParsedArguments, _ progress: inout LinkProgress) throws {
        guard let path = arguments.values["work"] else {
            throw usageFault("作業ファイルがありません。", "「--work」で作業ファイルを指定してください。書き方は docs/link.md にあります。")
        }
        try Self.checkWords(arguments)
        let given = try Self.givenFiles(arguments)
        unit = try WorkUnit.load(path: path, folders: Self.folders(arguments))
        try OutputFile.check(
            ["out", "suspicious", "for-splink", "charts"].compactMap { name in
                arguments.values[name].map { (name, $0) }
            }, inputs: unit.inputs + given)
        threads = try arguments.number("threads", in: 1...256) ?? 2
        limits = try Self.limits(arguments, unit)
        model = try arguments.values["model"].map { try SplinkModel.load(path: $0) } ?? unit.model
        modelSource = arguments.values["model"] ?? path
        try unit.check(model.linkType, of: modelSource)
        if arguments.values["model"] != nil {
            let isOther = model.rules.map(\.sql) != unit.model.rules.map(\.sql)
            progress.say(
                "モデル「\(modelSource)」の規則\(model.rules.count)、比較\(model.comparisons.count)、\(model.linkType.rawValue)、事前の確率を使います。"
                    + "作業ファイルのものは使いません" + (isOther ? "（規則が違います）。" : "。"))
        }
        progress.begin("read")
        table = try TableFile.read(unit.inputs, encodings: unit.encodings)
        try unit.check(columns: table.columnNames)
    }

    /// What the words after the options say, before anything is read.
    private static func checkWords(_ arguments: ParsedArguments) throws(Fault) {
        _ = try arguments.bitsList("threshold")
        _ = try LinkClusterCommand.joining(arguments)
        _ = try LinkCalibration.allowed(arguments)
    }

    /// The files that the command line names.
    ///
    /// - Throws: `link.file` where one is not there.
    private static func givenFiles(_ arguments: ParsedArguments) throws(Fault) -> [String] {
        var files: [String] = []
        for name in ["work", "model", "labels", "constraints", "clusters"] {
            guard let path = arguments.values[name] else { continue }
            guard FileManager.default.fileExists(atPath: path) else {
                throw Fault(
                    .notFound, code: "link.file", message: "「--\(name)」のファイルがありません。", file: path,
                    fix: "場所と名前を確かめてください。")
            }
            files.append(path)
        }
        return files
    }

    /// The records by their numbers.
    ///
    /// - Throws: `link.id` with the inputs' names.
    func names() throws(Fault) -> RecordNames {
        do { return try RecordNames(table, column: unit.idColumn) } catch {
            throw error.located(file: inputNames)
        }
    }

    private var inputNames: String {
        unit.inputs.map { URL(filePath: $0).lastPathComponent }.joined(separator: "、")
    }

    /// Refuses a model whose levels lack probabilities: they would weigh nothing, and nobody would know.
    func checkWeights() throws {
        if let faults = Faults(model.untrained().map { $0.located(file: modelSource) }) { throw faults }
    }

    /// Ready to compare.
    ///
    /// - Parameters:
    ///   - limits: in place of the command line's.
    ///   - weighs: whether the pairs' weights count, which a model without m and u does not have.
    /// - Throws: `Fault`/`Faults` with the file that is wrong.
    mutating func linker(limits: LinkageLimits? = nil, weighs: Bool = true) throws -> TableLinker {
        if weighs { try checkWeights() }
        do { try RecordNumbers.check(unit.idColumn, of: table) } catch let fault as Fault {
            throw fault.located(file: inputNames)
        }
        do {
            return try TableLinker(model, table: &table, threads: threads, limits: limits ?? self.limits)
        } catch { throw Self.located(error, modelSource) }
    }

    /// What `train` makes of model and table, its faults with the file of the rules and comparisons.
    mutating func training(
        _ train: (inout LinkWork) throws -> TableTraining
    ) throws -> TableTraining {
        do { return try train(&self) } catch { throw Self.located(error, modelSource) }
    }

    /// The same with the file where what is wrong stands.
    static func located(_ error: any Error, _ file: String) -> any Error {
        switch error {
        case let fault as Fault: fault.located(file: file)
        case let faults as Faults: Faults(faults.all.map { $0.located(file: file) }) ?? faults
        default: error
        }
    }

    /// Tells what the linkage will take, and keys that look like none, before anything is compared.
    @discardableResult
    func tell(_ forecast: LinkageForecast, _ console: Console) throws -> [SuspectKey] {
        let suspects = try SuspectKey.find(model.rules, in: table)
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
        return suspects
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

    /// Scores the linker's pairs; those of the threshold go to the file as they come, or are only counted.
    func predict(
        _ linker: TableLinker, threshold: Double, truth: [UInt32]? = nil,
        calibration: WeightCalibration? = nil, to path: String?
    ) throws -> TableLinker.Prediction {
        guard let path else { return linker.predict(threshold: threshold, truth: truth) { _ in } }
        return try PairFile.write(
            linker, threshold: threshold, truth: truth, ids: table.texts(of: unit.idColumn),
            calibration: calibration, to: path)
    }

    /// The person of each record, where the work file says in which column that stands.
    ///
    /// - Throws: `usage` where it does not.
    func truth() throws -> [UInt32] {
        guard let column = unit.truthColumn else {
            throw usageFault(
                "作業ファイルに正解の列（truth_column）がありません。", "正解の列の名前を書くか、「--labels」で組のラベルのCSVを指定してください。")
        }
        return try table.terms(of: column)
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
}

extension ParsedArguments {
    /// The option's value as a number of bits.
    func bits(_ name: String) throws(Fault) -> Double? {
        guard let numbers = try bitsList(name) else { return nil }
        guard numbers.count == 1 else {
            throw usageFault("「--\(name)」に数が\(numbers.count)個あります。", "1つだけ書いてください。")
        }
        return numbers[0]
    }

    /// The option's value as numbers of bits with commas between.
    func bitsList(_ name: String) throws(Fault) -> [Double]? {
        guard let text = values[name] else { return nil }
        let numbers = text.split(separator: ",").map { Double($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0?.isFinite == true }) else {
            throw usageFault("「--\(name)」が数ではありません。", "重みの下限をビットで書いてください（例: 5、「--\(name)=-2.5」）。")
        }
        return numbers.compactMap(\.self)
    }
}

/// Tells which part of the work has begun, and keeps how long each took.
struct LinkProgress {
    private let console: Console
    private var last = ContinuousClock.now
    private var part: String?
    private(set) var seconds: [String: Double] = [:]

    /// The parts of the work in their order.
    private static let titles = [
        (name: "read", title: "読み込み"), (name: "train", title: "学習"), (name: "prepare", title: "準備"),
        (name: "check", title: "点検"), (name: "predict", title: "比較"), (name: "cluster", title: "まとめ"),
        (name: "evaluate", title: "正解との照合"),
        (name: "write", title: "書き出し"), (name: "charts", title: "図"),
    ]

    init(_ console: Console) { self.console = console }

    func say(_ text: String) { console.say(text) }

    /// Ends the part before.
    mutating func begin(_ name: String) {
        end()
        part = name
        let title = Self.titles.first { $0.name == name }?.title ?? name
        console.isTerminal
            ? console.write(note: "\r\u{1B}[K\(title) …")
            : console.note("{\"event\":\"stage.began\",\"stage\":\"\(name)\"}")
    }

    mutating func end() {
        let now = ContinuousClock.now
        if let part {
            seconds[part] = last.duration(to: now) / .seconds(1)
            if console.isTerminal { console.write(note: "\r\u{1B}[K") }
        }
        (last, part) = (now, nil)
    }

    /// One line for people.
    var text: String {
        Self.titles.compactMap { part in
            seconds[part.name].map { String(format: "%@ %.2f秒", part.title, $0) }
        }.joined(separator: "、")
    }
}

/// The most memory this process has held, in MiB.
func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1024
}
