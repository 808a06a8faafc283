import Domain
import Linkage
import Store

/// Puts together by what the night's linkage is judged, for the report.
struct LinkageReporting {
    let outcome: LinkageOutcome
    let entities: Entities
    let groups: LinkageGroups
    /// Clusters under 支援措置, of whose pairs nothing is told.
    let protected: Set<Int>

    /// - Parameter places: the first row of each of some entities.
    func report(places: ([Int]) throws -> [Int: RowPosition]) throws -> LinkageReport {
        let profile = outcome.profile
        let whole = profile.curve.expectation()
        return LinkageReport(
            model: modelReport, comparablePairs: profile.comparablePairs,
            weights: profile.curve.bins(
                width: LinkageReport.binWidth, anchor: outcome.model.thresholds.automatic
            ).map { .init(from: $0.from.thousandths, pairs: $0.pairs) },
            thresholds: thresholds.map { threshold in
                let expected = profile.curve.expectation(from: threshold)
                return .init(
                    threshold: threshold.thousandths, pairs: expected.pairs,
                    expectedSame: expected.same.thousandths)
            },
            expectedSame: whole.same.thousandths, judged: judged, blocking: outcome.blocking.map(\.count),
            heldBack: profile.heldBack, examples: try examples(places),
            reach: shares(of: profile.isReachable),
            linkedSources: linkedSources, linkedGroups: linkedGroups, foundChildren: foundChildren,
            clusterSizes: clusterSizes)
    }

    private var modelReport: LinkageReport.ModelReport {
        let model = outcome.model
        return .init(
            version: model.version, isMeasured: model.provenance.kind == .labelled,
            note: model.provenance.note, prior: outcome.prior.thousandths,
            automatic: model.thresholds.automatic, review: model.thresholds.review,
            comparisons: model.comparisons.map { comparison in
                .init(
                    title: comparison.title,
                    levels: comparison.levels.map {
                        .init(title: $0.title, m: $0.m, u: $0.u, weight: $0.weight.thousandths)
                    })
            })
    }

    /// In steps of a bin around the two of the model, far enough to see what moving them would do.
    private var thresholds: [Double] {
        let model = outcome.model.thresholds
        let width = LinkageReport.binWidth
        let below = Int(((model.automatic - model.review) / width).rounded(.up)) + 4
        let steps = (-below...10).map { model.automatic + Double($0) * width }
        return Set(steps + [model.review]).sorted()
    }

    private func zone(of weight: Double) -> WeightZone {
        let thresholds = outcome.model.thresholds
        return weight >= thresholds.automatic ? .automatic : weight >= thresholds.review ? .review : .none
    }

    private var judged: [LinkageReport.JudgedCount] {
        let judged = outcome.profile.judged
        guard !judged.isEmpty else { return [] }
        return WeightZone.allCases.map { zone in
            let here = judged.filter { self.zone(of: $0.weight) == zone }
            return .init(zone: zone, same: here.count(where: \.isSame), different: here.count { !$0.isSame })
        }
    }

    // MARK: pairs that teach

    private func examples(_ places: ([Int]) throws -> [Int: RowPosition]) throws -> [LinkageReport
        .PairExample]
    {
        let chosen = chosenExamples
        let rows = try places(chosen.flatMap { [$0.link.left, $0.link.right] })
        return chosen.compactMap { kind, link in
            guard let left = rows[link.left], let right = rows[link.right] else { return nil }
            return .init(
                kind: kind, left: .init(left), right: .init(right), weight: link.weight.thousandths,
                lines: outcome.explain(link).map {
                    .init(comparison: $0.comparison, level: $0.level, weight: $0.weight.thousandths)
                })
        }
    }

    private var chosenExamples: [(kind: LinkageReport.PairExample.Kind, link: Link)] {
        let hidden = Set(protected.flatMap { outcome.clusters[$0] })
        let thresholds = outcome.model.thresholds
        let said = Set(outcome.profile.judged.map(\.pair))
        func mayBeShown(_ link: Link) -> Bool {
            !hidden.contains(link.left) && !hidden.contains(link.right)
                && !said.contains(PairVerdicts.Pair(link.left, link.right))
        }
        let middle = (thresholds.automatic + thresholds.review) / 2
        var chosen: [(kind: LinkageReport.PairExample.Kind, link: Link)] = []
        // The rarer kind first, and no pair twice.
        func choose(_ kind: LinkageReport.PairExample.Kind, _ link: Link?) {
            guard let link, !chosen.contains(where: { $0.link == link }) else { return }
            chosen.append((kind, link))
        }
        choose(.heldBack, outcome.profile.strongestHeldBack.first(where: mayBeShown))
        choose(.strongestUnlinked, outcome.review.filter(mayBeShown).max { $0.weight < $1.weight })
        let grey = outcome.review.filter { zone(of: $0.weight) == .review && mayBeShown($0) }
        choose(.grey, grey.min { abs($0.weight - middle) < abs($1.weight - middle) })
        choose(.weakestLink, outcome.links.filter(mayBeShown).min { $0.weight < $1.weight })
        let order = LinkageReport.PairExample.Kind.allCases
        return order.flatMap { kind in chosen.filter { $0.kind == kind } }
    }

    // MARK: shares

    private var spines: Set<String> {
        Set(entities.all.indices.lazy.map(entities.origin(of:)).filter(\.isSpine).map(\.source.rawValue))
    }

    /// By entity, whether its person has a row of the register.
    private var isOnRegister: [Bool] {
        var isOnRegister = [Bool](repeating: false, count: entities.count)
        for cluster in outcome.clusters where cluster.contains(where: { entities.origin(of: $0).isSpine }) {
            for entity in cluster { isOnRegister[entity] = true }
        }
        return isOnRegister
    }

    /// One share a source, in order of the sources.
    private func shares(of property: [Bool]) -> [LinkageReport.NamedShare] {
        var counts: [SourceID: (all: Int, with: Int)] = [:]
        var ofOrigin = entities.origins.map { _ in (all: 0, with: 0) }
        for (entity, has) in property.enumerated() {
            ofOrigin[Int(entities.all[entity].origin)].all += 1
            if has { ofOrigin[Int(entities.all[entity].origin)].with += 1 }
        }
        for (origin, count) in zip(entities.origins, ofOrigin) where count.all > 0 {
            counts[origin.source, default: (0, 0)].all += count.all
            counts[origin.source, default: (0, 0)].with += count.with
        }
        return counts.sorted { $0.key < $1.key }.map {
            .init(name: $0.key.rawValue, share: GuardedShare(all: $0.value.all, with: $0.value.with))
        }
    }

    private var linkedSources: [LinkageReport.NamedShare] {
        shares(of: isOnRegister).filter { !spines.contains($0.name) }
    }

    private var linkedGroups: [LinkageReport.NamedShare] {
        let isOnRegister = isOnRegister
        let records = Set(entities.all.indices.filter { !entities.origin(of: $0).isSpine })
        let all = LinkageReport.NamedShare(
            name: LinkageGroup.all.rawValue, share: GuardedShare(sumOf: linkedSources.map(\.share)))
        return [all]
            + shares(
                [
                    (.foreignName, groups.foreignName),
                    (.changedFamilyName, groups.changedFamilyName), (.twins, outcome.profile.twins),
                ], within: records
            ) { isOnRegister[$0] }
    }

    private var foundChildren: [LinkageReport.NamedShare] {
        var isFound: Set<Int> = []
        for cluster in outcome.clusters where cluster.count > 1 { isFound.formUnion(cluster) }
        return shares(
            [
                (.all, groups.children), (.foreignName, groups.foreignName),
                (.changedFamilyName, groups.changedFamilyName), (.twins, groups.registerTwins),
                (.movedIn, entities.newcomers),
            ], within: groups.children, isFound.contains)
    }

    private func shares(
        _ members: [(group: LinkageGroup, entities: Set<Int>)], within records: Set<Int>,
        _ has: (Int) -> Bool
    ) -> [LinkageReport.NamedShare] {
        members.map { group, entities in
            let entities = entities.intersection(records)
            return .init(
                name: group.rawValue,
                share: GuardedShare(all: entities.count, with: entities.count(where: has)))
        }
    }

    private var clusterSizes: [LinkageReport.ClusterSize] {
        var sizes: [Int: Int] = [:]
        for cluster in outcome.clusters { sizes[cluster.count, default: 0] += 1 }
        return sizes.sorted { $0.key < $1.key }.map { .init(records: $0.key, persons: $0.value) }
    }
}

extension LinkageReport.PairExample.Place {
    fileprivate init(_ position: RowPosition) {
        self.init(source: position.source, file: position.file, line: position.line)
    }
}

extension BlockingReport {
    fileprivate var count: LinkageReport.BlockingCount {
        .init(
            title: title, pairs: ownPairs, first: pairs, blocks: blocks, largestBlock: largestBlock,
            splitBlocks: splitBlocks, separatedPairs: separatedPairs, oversizedBlocks: oversizedBlocks)
    }
}

extension Double {
    /// To the nearest thousandth.
    fileprivate var thousandths: Double { (self * 1000).rounded() / 1000 }
}
