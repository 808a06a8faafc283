import Domain
import Identity
import Linkage
import Policy
import Store

/// What linking gave: who everybody is tonight.
struct LinkResult {
    var linkage = LinkageSummary()
    var persons = PersonCounts()
    /// Absorbed person id → the person it now is.
    var aliases: [PersonID: PersonID] = [:]
    /// Ids whose merge was taken back → who they are again.
    var regained: [PersonID: PersonID] = [:]
    /// Standing of every protected person; all others have none.
    var standings: [PersonID: PersonStanding] = [:]
    /// Persons of earlier nights of whom no record came tonight.
    var absent: [PersonID] = []
    /// Records of 支援措置 that lead to nobody on the register, and their rows.
    var unlinked: [(key: RecordKey, position: RowPosition)] = []
    /// Whom rejected rows may be about.
    var unread: Unread
}

/// Links tonight's identities to persons and stores them: the spine's row is who a person is, the rest adds to it.
struct LinkPersons {
    let entities: Entities
    let unread: UnreadRows
    let model: LinkageModel
    let threads: Int
    /// Of the last publication; empty on the first night.
    let previous: IdentityState
    /// Who was protected in it.
    let protectedBefore: Set<PersonID>
    /// Those in force.
    let verdicts: [KeptVerdict]
    /// What the last night compared.
    let last: LastComparisons
    /// Hash of the program that compares.
    let program: String
    let asOf: Day
    let store: RunStore
    let keys: WorkspaceKeys
    let log: NightLog

    func run() throws -> LinkResult {
        let linker = Linker(model: model, threads: threads)
        var recordKeys: [RecordKey] = []
        recordKeys.reserveCapacity(entities.count)
        var sought = Sought(unread)
        var judged = VerdictMatching(verdicts, keys: keys)
        var groups = LinkageGroups(asOf: asOf)
        let outcome = try linker.link(kept: last.kept) { add in
            try store.eachEntity { entity in
                recordKeys.append(RecordKey(entity.key))
                let origin = entities.origin(of: recordKeys.count - 1)
                sought.look(at: entity.identifiers, of: recordKeys.count - 1, in: origin)
                judged.look(
                    at: entity, of: recordKeys.count - 1, in: origin,
                    subject: entities.all[recordKeys.count - 1].subject)
                groups.look(at: entity.identifiers, of: recordKeys.count - 1, isSpine: origin.isSpine)
                add(
                    LinkageRecord(
                        source: origin.source, isSpine: origin.isSpine, isUnique: origin.isUnique,
                        identifiers: entity.identifiers))
            }
        } verdicts: {
            judged.pairs
        } progress: { stage in
            log.progress(.link, stage.number, of: LinkageStage.allCases.count, stage.title)
        }
        if let notice = last.notice(outcome.kept) { log.notice(notice) }
        LastComparisons.keep(
            outcome.comparisons, program: program, folder: store.folder, keys: keys, log: log)
        for rule in outcome.blocking where rule.splitBlocks > 0 {
            log.notice(
                "ブロッキング規則「\(rule.title)」に大きなかたまりが\(rule.splitBlocks)個あり、分けて比べました（最大 \(rule.largestBlock)件）。")
        }
        for rule in outcome.blocking where rule.oversizedBlocks > 0 {
            log.notice(
                "ブロッキング規則「\(rule.title)」の大きなかたまり\(rule.oversizedBlocks)個は、分けられないためそのまま比べました（最大 \(rule.largestBlock)件）。時間がかかるときは、同じ値が並んでいないかを確かめてください。"
            )
        }
        for shared in outcome.shared {
            log.notice(
                "多すぎる記録に同じ\(shared.kind.title)が書かれています（\(shared.count)種類、\(shared.records)件）。仮の値か施設の値とみて、名寄せの手がかりにしていません。"
            )
        }
        let keysOfClusters = outcome.clusters.map { $0.map { recordKeys[$0] } }
        var before = previous
        before.apply(judged.events(of: recordKeys))
        let identity = before.night(clusters: keysOfClusters) { key, attempt in
            keys.personID(founding: key.rawValue, attempt: attempt)
        }
        let unread = Unread(self.unread, sought, clusters: outcome.clusters) {
            entities.origin(of: $0).isSpine
        }
        let protection = Protection(
            entities, clusters: outcome.clusters, possible: outcome.review.map { ($0.left, $0.right) },
            unread: unread
        ) { cluster in
            keysOfClusters[cluster].contains {
                previous.person(of: $0).map(protectedBefore.contains) ?? false
            }
        }
        for notice in [protection.notice, protection.keptNotice].compactMap(\.self) { log.notice(notice) }
        if !entities.doubtfulEnds.isEmpty {
            log.notice(
                "支援措置の解除の日付が、抽出の日より先か、開始より前の行が\(entities.doubtfulEnds.count)行あります（"
                    + entities.doubtfulEnds.places + "）。解除とは扱わず、措置が続いているものとしています。担当課に確かめてください。")
        }
        let standing = protection.clusters
        var result = LinkResult(unread: unread)
        result.persons.unlinkedProtection = protection.unlinked.count
        result.unlinked = protection.unlinked.map { (recordKeys[$0.entity], $0.position) }
        for (key, _) in result.unlinked { try store.addUnlinked(key: key.rawValue) }
        for (index, cluster) in outcome.clusters.enumerated() {
            let person = identity.persons[index]
            let spine = cluster.first { entities.origin(of: $0).isSpine }
            let display = try displayIdentifiers(of: cluster, spine: spine)
            try store.addPerson(
                person, entities: cluster, display: display,
                // Only the register's numbers say who lives together.
                household: spine.flatMap { entities.all[$0].household },
                standing: PersonStanding(isProtected: standing.contains(index)),
                isResident: spine.map { entities.resident.contains($0) } ?? false,
                unread: unread.sources[index, default: []].sorted())
            result.persons.total += 1
            if isChild(display) { result.persons.children += 1 }
            if spine == nil { result.persons.offRegister += 1 }
            if standing.contains(index) {
                result.persons.protected += 1
                result.standings[person] = PersonStanding(isProtected: true)
            }
        }
        try keep(identity, present: Set(recordKeys), in: &result)
        if let notice = flood(outcome) { log.notice(notice) }
        try storeLinks(outcome)
        result.linkage.verdicts = judged.settle(
            outcome, unheeded: identity.unheeded, of: recordKeys, log: log)
        result.linkage.records = entities.count
        result.linkage.candidatePairs = outcome.candidatePairs
        if outcome.kept == .used { result.linkage.keptPairs = outcome.keptPairs }
        result.linkage.automatic = outcome.links.count
        result.linkage.grey = outcome.review.count
        result.linkage.report = try LinkageReporting(
            outcome: outcome, entities: entities, groups: groups, protected: standing
        ).report { try store.firstRows(of: $0) }
        result.linkage.threshold = outcome.threshold
        // Three decimals: two builds of a floating-point library may differ in the last bits.
        result.linkage.expectedFalseLinks = (outcome.expectedFalseLinks * 1000).rounded() / 1000
        return result
    }

    /// Who the person is for people to read: the register's row, with what only other sources know.
    private func displayIdentifiers(of cluster: [Int], spine: Int?) throws -> Identifiers {
        let first = spine ?? cluster[0]
        var display = try store.identifiers(ofEntity: first)
        for entity in cluster where entity != first {
            let other = try store.identifiers(ofEntity: entity)
            display.birth = display.birth ?? other.birth
            display.sex = display.sex ?? other.sex
            display.address = display.address ?? other.address
            display.school = display.school ?? other.school
            for phone in other.phones where !display.phones.contains(phone) { display.phones.append(phone) }
            for guardian in other.guardians
            where !display.guardians.contains(where: { $0.written == guardian.written }) {
                display.guardians.append(guardian)
            }
        }
        return display
    }

    /// Stores who is who now, and what changed.
    private func keep(_ night: IdentityNight, present: Set<RecordKey>, in result: inout LinkResult) throws {
        (result.persons.revived, result.persons.absent, result.persons.returned) = (0, 0, 0)
        result.persons.new = night.newcomers.count
        for event in night.events {
            switch event {
            case .new(let person): try store.addIdentityEvent(.new(person))
            case .split(let from, let to):
                try store.addIdentityEvent(.split(from: from, to: to))
                result.persons.split += 1
            case .absent(let person):
                try store.addIdentityEvent(.absent(person))
                result.persons.absent? += 1
            case .returned(let person):
                try store.addIdentityEvent(.returned(person))
                result.persons.returned? += 1
            case .revived(let person, let from, _):
                try store.addIdentityEvent(.revived(person, from: from))
                result.persons.revived? += 1
            case .merged(let survivor, let absorbed):
                try store.addIdentityEvent(.merged(survivor: survivor, absorbed: absorbed))
                result.persons.merged += 1
                result.aliases[absorbed] = survivor
            // Which record stands where is in the memberships.
            case .moved, .decided, .withdrawn: break
            }
        }
        let state = night.state
        result.absent = state.absent.sorted()
        result.regained = state.regained(since: previous)
        // Of the others the memberships tell.
        let told = state.homes.filter { !present.contains($0.key) || state.person(now: $0.value) != $0.value }
        for (key, home) in told.sorted(by: { $0.key < $1.key }) {
            let person = state.person(now: home)
            // Records that did not come keep their person: a department may skip a night, a child may move back.
            if !present.contains(key) {
                // Of somebody who is here, tonight says it.
                try store.addAbsent(
                    key: key.rawValue, person: person,
                    isProtected: state.absent.contains(person) && protectedBefore.contains(person))
            }
            if home != person { try store.addHome(key: key.rawValue, person: home) }
        }
        for (absorbed, alias) in state.aliases.sorted(by: { $0.key < $1.key }) {
            try store.addAlias(of: absorbed, survivor: alias.survivor, merge: alias.merge)
        }
        for person in state.spent.sorted() { try store.addSpent(person) }
    }

    private func isChild(_ identifiers: Identifiers) -> Bool {
        guard let birth = identifiers.birth else { return true }
        return birth.range.upperBound.age(on: asOf) < 18
    }

    /// What an official should read where far more pairs wait for review than people can look at; `nil` where not.
    private func flood(_ outcome: LinkageOutcome) -> String? {
        guard outcome.review.count > 1_000 + entities.count / 20 else { return nil }
        var pairs: [SourceID: Int] = [:]
        for link in outcome.review {
            for source in Set([link.left, link.right].map { entities.origin(of: $0).source }) {
                pairs[source, default: 0] += 1
            }
        }
        let most = pairs.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return
            "確認待ちの組が\(outcome.review.count)件あり、多すぎます（うち\(most?.value ?? 0)件に抽出「\(most?.key.rawValue ?? "")」の行）。"
            + "同じ生年月日や氏名の行が並んでいないか、仮の値（不詳など）が入っていないかを確かめてください。"
    }

    private func storeLinks(_ outcome: LinkageOutcome) throws {
        for (links, isAutomatic) in [(outcome.links, true), (outcome.review, false)] {
            for link in links {
                try store.addLink(
                    left: link.left, right: link.right, weight: link.weight, isAutomatic: isAutomatic,
                    levels: outcome.explain(link).map { ($0.comparison, $0.level, $0.weight) })
            }
        }
    }
}

extension LinkageStage {
    fileprivate var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

    fileprivate var title: String {
        switch self {
        case .encoding: "記録を比べる形に直しています"
        case .blocking: "比べる組を選んでいます"
        case .scoring: "組を比べています"
        case .clustering: "同じ人をまとめています"
        }
    }
}
