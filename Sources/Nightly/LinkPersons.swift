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
    /// By number of what somebody said of a use, whose records came.
    var consentReach: [Int: Set<PersonID>] = [:]
    /// The entities of everybody it is about.
    var consentEntities: [PersonID: [Int]] = [:]
}

/// Links tonight's identities to persons and stores them: the spine's row is who a person is, the rest adds to it.
struct LinkPersons {
    let entities: Entities
    let unread: UnreadRows
    let model: LinkageModel
    let threads: Int
    /// Who was who in the last publication.
    let before: LastPersons
    /// Where a measure protects of somebody who was shredded.
    let sheltered: Set<Entities.Household>
    /// Those in force.
    let verdicts: [KeptVerdict]
    /// Those that are not ended.
    let consents: [KeptConsent]
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
        var sought = Sought(unread)
        var judged = VerdictMatching(verdicts, keys: keys)
        var said = ConsentMatching(consents, keys: keys)
        var groups = LinkageGroups(asOf: asOf)
        let outcome = try linker.link(kept: last.kept) { encoding in
            for (number, entity) in entities.all.enumerated() {
                let origin = entities.origin(of: number)
                sought.look(at: entity.identifiers, of: number, in: origin)
                if judged.mayConcern(entity.key, entity.number, in: origin, subject: entity.subject)
                    || said.mayConcern(entity.key, entity.number, in: origin, subject: entity.subject)
                {
                    let told = (entity.key.rawValue, try store.identifiers(ofEntity: number))
                    judged.look(at: told, of: number, in: origin, subject: entity.subject)
                    said.look(at: told, of: number, in: origin, subject: entity.subject)
                }
                let known = encoding.take(
                    entity.content, source: origin.source, isSpine: origin.isSpine, isUnique: origin.isUnique)
                if let known {
                    groups.look(at: entity.identifiers, noted: known, of: number, isSpine: origin.isSpine)
                    continue
                }
                let identifiers = try store.identifiers(ofEntity: number)
                let note = LinkageGroups.note(of: identifiers)
                groups.look(at: identifiers, noted: note, of: number, isSpine: origin.isSpine)
                encoding.add(
                    LinkageRecord(
                        source: origin.source, isSpine: origin.isSpine, isUnique: origin.isUnique,
                        identifiers: identifiers),
                    content: entity.content, note: note)
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
        let records = before.records(of: entities)
        let personsBefore = before.persons(of: records)
        let untouched = before.untouched(
            clusters: outcome.clusters, before: personsBefore, judged: judged.records)
        var previous = try before.state(besides: untouched)
        let changed = outcome.clusters.indices.filter { untouched.personOf[$0] < 0 }
        let keysOfChanged = changed.map { outcome.clusters[$0].map { entities.all[$0].key } }
        previous.apply(judged.events { entities.all[$0].key })
        let identity = previous.night(
            clusters: keysOfChanged, besides: before.ids(of: untouched)
        ) { key, attempt in keys.personID(founding: key.rawValue, attempt: attempt) }
        var personOfChanged = identity.persons.makeIterator()
        let persons = untouched.personOf.map { $0 < 0 ? personOfChanged.next() ?? "" : before.id($0) }
        let unread = Unread(self.unread, sought, clusters: outcome.clusters) {
            entities.origin(of: $0).isSpine
        }
        let protection = Protection(
            entities, clusters: outcome.clusters, possible: outcome.review.map { ($0.left, $0.right) },
            unread: unread, sheltered: sheltered
        ) { cluster in
            outcome.clusters[cluster].contains { record in
                let person =
                    personsBefore[record] < 0
                    ? previous.person(of: entities.all[record].key) : before.id(personsBefore[record])
                return person.map(before.wasProtected) ?? false
            }
        }
        for notice in [protection.notice, protection.keptNotice, protection.shelteredNotice].compactMap(
            \.self)
        { log.notice(notice) }
        if !entities.doubtfulEnds.isEmpty {
            log.notice(
                "支援措置の解除の日付が、抽出の日より先か、開始より前の行が\(entities.doubtfulEnds.count)行あります（"
                    + entities.doubtfulEnds.places + "）。解除とは扱わず、措置が続いているものとしています。担当課に確かめてください。")
        }
        let standing = protection.clusters
        var result = LinkResult(unread: unread)
        result.persons.unlinkedProtection = protection.unlinked.count
        result.unlinked = protection.unlinked.map { (entities.all[$0.entity].key, $0.position) }
        for (key, _) in result.unlinked { try store.addUnlinked(key: key.rawValue) }
        if !consents.isEmpty {
            var personOf: [Int: PersonID] = [:]
            for (index, cluster) in outcome.clusters.enumerated() {
                for entity in cluster { personOf[entity] = persons[index] }
            }
            result.consentReach = said.reach { personOf[$0, default: ""] }
            let reached = result.consentReach.values.reduce(into: Set<PersonID>()) { $0.formUnion($1) }
            for (index, cluster) in outcome.clusters.enumerated() where reached.contains(persons[index]) {
                result.consentEntities[persons[index]] = cluster
            }
            if let notice = said.notice(result.consentReach, on: asOf) { log.notice(notice) }
        }
        for (index, cluster) in outcome.clusters.enumerated() {
            let person = persons[index]
            let spine = cluster.first { entities.origin(of: $0).isSpine }
            let own = PersonStanding(isProtected: standing.contains(index))
            let isResident = spine.map { entities.resident.contains($0) } ?? false
            let sources = unread.sources[index, default: []].sorted()
            // Whose records say what they said, in the order in which they said it, is shown as before.
            let isAsBefore =
                untouched.personOf[index] >= 0 && cluster.allSatisfy { outcome.takenFrom[$0] == records[$0] }
                && zip(cluster, cluster.dropFirst()).allSatisfy { records[$0] < records[$1] }
            let isCopied =
                try isAsBefore
                && before.copy(
                    untouched.personOf[index], to: store, entities: cluster, standing: own,
                    isResident: isResident, unread: sources)
            if !isCopied {
                let (display, tellers) = try displayIdentifiers(of: cluster, spine: spine)
                try store.addPerson(
                    person, entities: cluster, display: display, tellers: tellers,
                    // Only the register's numbers say who lives together.
                    household: spine.flatMap { entities.all[$0].household }, standing: own,
                    isResident: isResident, unread: sources)
            }
            result.persons.total += 1
            if isChild(cluster, spine: spine) { result.persons.children += 1 }
            if spine == nil { result.persons.offRegister += 1 }
            if standing.contains(index) {
                result.persons.protected += 1
                result.standings[person] = PersonStanding(isProtected: true)
            }
        }
        try store.addMemberships()
        try keep(identity, from: previous, present: Set(keysOfChanged.joined()), in: &result)
        if let notice = flood(outcome) { log.notice(notice) }
        try storeLinks(outcome)
        result.linkage.verdicts = judged.settle(
            outcome, unheeded: identity.unheeded, log: log
        ) { entities.all[$0].key }
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

    /// Who the person is for people to read: the register's row, with what only other sources know; and the records that
    /// it tells of.
    private func displayIdentifiers(
        of cluster: [Int], spine: Int?
    ) throws -> (display: Identifiers, tellers: [Int]) {
        let first = spine ?? cluster[0]
        var display = try store.identifiers(ofEntity: first)
        var tellers = [first]
        for entity in cluster where entity != first {
            let other = try store.identifiers(ofEntity: entity)
            let before = display
            display.birth = display.birth ?? other.birth
            display.sex = display.sex ?? other.sex
            display.address = display.address ?? other.address
            display.school = display.school ?? other.school
            for phone in other.phones where !display.phones.contains(phone) { display.phones.append(phone) }
            for guardian in other.guardians
            where !display.guardians.contains(where: { $0.written == guardian.written }) {
                display.guardians.append(guardian)
            }
            if display != before { tellers.append(entity) }
        }
        return (display, tellers)
    }

    /// Stores who is who now, and what changed, of those whom the night touched.
    private func keep(
        _ night: IdentityNight, from previous: IdentityState, present: Set<RecordKey>,
        in result: inout LinkResult
    ) throws {
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
                    isProtected: state.absent.contains(person) && before.wasProtected(person))
            }
            if home != person { try store.addHome(key: key.rawValue, person: home) }
        }
        for (absorbed, alias) in state.aliases.sorted(by: { $0.key < $1.key }) {
            try store.addAlias(of: absorbed, survivor: alias.survivor, merge: alias.merge)
        }
        for person in state.spent.sorted() { try store.addSpent(person) }
    }

    /// By the birth that people read.
    private func isChild(_ cluster: [Int], spine: Int?) -> Bool {
        let order = (spine.map { [$0] } ?? []) + cluster
        guard let birth = order.lazy.compactMap({ entities.all[$0].birth }).first else { return true }
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
        // Links of the same levels are told in the same words.
        var known: [[UInt8]: [Int]] = [:]
        for (links, isAutomatic) in [(outcome.links, true), (outcome.review, false)] {
            for link in links {
                let lines = outcome.explain(link)
                let kind = link.levels + [link.givenRarity == 0 ? 0 : 1, link.familyRarity == 0 ? 0 : 1]
                let agreements = known[kind] ?? lines.map { store.agreement($0.comparison, $0.level) }
                known[kind] = agreements
                try store.addLink(
                    left: link.left, right: link.right, weight: link.weight, isAutomatic: isAutomatic,
                    levels: zip(agreements, lines).map { ($0, $1.weight) })
            }
        }
        for thin in outcome.thin {
            try store.addThin(
                left: thin.pair.left, right: thin.pair.right, why: thin.why == .bridge ? .bridge : .sparse)
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
