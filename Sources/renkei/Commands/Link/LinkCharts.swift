import Domain
import Foundation
import Linkage
import Pages
import Tables

/// The charts of a linkage (`--charts FILE`): the pages' own, of any table.
struct LinkCharts {
    static let options = [
        Option("charts", "FILE", "結果の図と表を書き出すHTMLファイル（もう一度比べます。列の値は出ません）")
    ]

    /// Pairs of so many bits below the threshold may serve as an example.
    private static let below = 5.0

    /// - Parameters:
    ///   - threshold: the one the charts are about.
    ///   - points: every pair against the truth, from the highest weight down; empty where nobody knows it.
    ///   - clusters: empty where nothing was put together.
    /// - Throws: `link.unwritable`.
    static func write(
        _ work: LinkWork, _ linker: TableLinker, threshold: Double, points: [WeightCurve.Point] = [],
        clusters: [[Int]] = [], to path: String
    ) throws {
        let report = report(work, linker, threshold: threshold, clusters: clusters)
        let known = points.reversed().filter { (-30...50).contains($0.weight) }
        // A point for every bit: the first at or above it.
        let truth = stride(from: -30.0, through: 50, by: 1).compactMap { bits in
            known.first { $0.weight >= bits && $0.weight < bits + 1 }
        }.map {
            TableLinkagePage.TruePoint(threshold: $0.weight, precision: $0.precision, recall: $0.recall)
        }
        let page = TableLinkagePage.render(report, name: work.unit.name, truth: truth)
        try OutputFile.write(to: path) { line in try line(page) }
    }

    private static func report(
        _ work: LinkWork, _ linker: TableLinker, threshold: Double, clusters: [[Int]]
    ) -> LinkageReport {
        var (weakest, strongest): (TablePair?, TablePair?) = (nil, nil)
        // Nobody is known to be anybody: all pairs are counted, by weight.
        let prediction = linker.predict(
            threshold: threshold - below, truth: [UInt32](repeating: 0, count: work.table.count)
        ) { pair in
            if pair.weight >= threshold {
                if pair.weight < weakest?.weight ?? .infinity { weakest = pair }
            } else if pair.weight > strongest?.weight ?? -.infinity {
                strongest = pair
            }
        }
        let curve = prediction.curve
        let (whole, places) = (curve.expectation(), RecordPlaces(work))
        let steps = (-5...10).map { threshold + Double($0) * LinkageReport.binWidth }
        return LinkageReport(
            model: model(work, linker, threshold),
            comparablePairs: places.comparablePairs(work.model.linkType),
            weights: curve.bins(width: LinkageReport.binWidth, anchor: threshold).map {
                .init(from: $0.from, pairs: $0.pairs)
            },
            thresholds: steps.map {
                let expected = curve.expectation(from: $0)
                return .init(threshold: $0, pairs: expected.pairs, expectedSame: expected.same)
            },
            expectedSame: whole.same, judged: [], blocking: blocking(linker, prediction), heldBack: 0,
            examples: [(.weakestLink, weakest), (.strongestUnlinked, strongest)].compactMap { kind, pair in
                pair.map { example(kind, $0, linker, places) }
            },
            reach: reach(linker, threshold, places), linkedSources: [], linkedGroups: [], foundChildren: [],
            clusterSizes: Dictionary(grouping: clusters, by: \.count).sorted { $0.key < $1.key }.map {
                .init(records: $0.key, persons: $0.value.count)
            })
    }

    private static func model(
        _ work: LinkWork, _ linker: TableLinker, _ threshold: Double
    ) -> LinkageReport.ModelReport {
        LinkageReport.ModelReport(
            version: 0, isMeasured: true,
            note:
                "モデルは「\(URL(filePath: work.modelSource).lastPathComponent)」、重みの下限は \(String(format: "%.1f", threshold)) です。",
            prior: log2Odds(linker.model.prior), automatic: threshold, review: threshold,
            comparisons: linker.model.comparisons.map { comparison in
                .init(
                    title: comparison.name,
                    levels: comparison.levels.filter { !$0.isNull }.map { level in
                        guard let m = level.m, let u = level.u else {
                            return .init(title: level.label + "（学習なし）", m: 0, u: 0, weight: 0)
                        }
                        return .init(
                            title: level.label, m: m, u: u,
                            weight: m > 0 && u > 0 ? log2(m) - log2(u) : 0)
                    })
            })
    }

    private static func blocking(
        _ linker: TableLinker, _ prediction: TableLinker.Prediction
    ) -> [LinkageReport.BlockingCount] {
        linker.forecast.rules.enumerated().map { place, rule in
            let large = linker.forecast.oversized.filter { $0.rule == place }
            let split = large.filter { !$0.splitBy.isEmpty }
            // A pair that a block of another split makes too may be counted twice in the forecast.
            let first = prediction.pairsByRule[place]
            return .init(
                title: rule.sql, pairs: max(rule.pairs, first), first: first, blocks: rule.blocks,
                largestBlock: rule.largest, splitBlocks: split.count,
                separatedPairs: split.reduce(0) { $0 + $1.pairs - $1.pairsKept },
                oversizedBlocks: large.count - split.count)
        }
    }

    private static func example(
        _ kind: LinkageReport.PairExample.Kind, _ pair: TablePair, _ linker: TableLinker,
        _ places: RecordPlaces
    ) -> LinkageReport.PairExample {
        .init(
            kind: kind, left: places[Int(pair.left)], right: places[Int(pair.right)], weight: pair.weight,
            lines: linker.explain(pair).map {
                .init(comparison: $0.comparison, level: $0.level, weight: $0.weight)
            })
    }

    /// Of each input's records, those that reach the threshold against a copy of themselves.
    private static func reach(
        _ linker: TableLinker, _ threshold: Double, _ places: RecordPlaces
    ) -> [LinkageReport.NamedShare] {
        var comparer = linker.comparer()
        var counts = places.files.map { _ in (all: 0, with: 0) }
        for (record, dataset) in places.datasets.enumerated() {
            counts[Int(dataset)].all += 1
            if comparer.pair(record, record).weight >= threshold { counts[Int(dataset)].with += 1 }
        }
        return zip(places.files, counts).map {
            .init(name: $0, share: GuardedShare(all: $1.all, with: $1.with))
        }
    }
}

/// Where records stand, without naming them: the file, and the how manieth of it.
private struct RecordPlaces {
    let files: [String]
    let datasets: [UInt8]
    /// The first record of each file.
    private let starts: [Int]

    init(_ work: LinkWork) {
        files = work.unit.inputs.map { URL(filePath: $0).lastPathComponent }
        let datasets = work.table.datasets
        self.datasets = datasets
        starts = files.indices.map { file in datasets.firstIndex(of: UInt8(clamping: file)) ?? 0 }
    }

    subscript(record: Int) -> LinkageReport.PairExample.Place {
        let dataset = Int(datasets[record])
        return .init(
            source: SourceID(files[dataset]), file: files[dataset], line: record - starts[dataset] + 1)
    }

    /// Pairs that the kind of linkage compares at all.
    func comparablePairs(_ linkType: TableModel.LinkType) -> Int {
        func pairs(_ count: Int) -> Int { count * (count - 1) / 2 }
        let within = files.indices.map { file in pairs(datasets.count { $0 == UInt8(clamping: file) }) }
            .reduce(0, +)
        return switch linkType {
        case .dedupe: within
        case .link: pairs(datasets.count) - within
        case .linkAndDedupe: pairs(datasets.count)
        }
    }
}
