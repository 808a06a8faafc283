internal import Domain
internal import Foundation
internal import Policy

/// The index of names of the publication in service: one for all who search, made anew when publication or ring change.
struct KeptNames {
    let sequence: Int
    /// Whom it has no keys of is not in the index.
    let ring: KeyRing
    let index: NameIndex
    /// By number, persons who were opened last: a page is asked for again, and words that begin alike find the same.
    private var opened: [Int: VaultPerson] = [:]
    /// Of readers of a range, by slot whether the person lies in it: looking each up would take a minute where a beginning fits many.
    private var ranges: [(reach: Reach, remits: [Remit])] = []
    private static let rangeLimit = 16
    private static let openedLimit = 2000

    init(sequence: Int, ring: KeyRing, index: NameIndex) {
        (self.sequence, self.ring, self.index) = (sequence, ring, index)
    }

    /// `nil` where nobody can read of the person any more.
    mutating func person(_ sealed: SealedPerson, in run: RunStore) throws -> VaultPerson? {
        if let known = opened[sealed.number] { return known }
        guard let person = try run.opened(sealed) else { return nil }
        if opened.count >= Self.openedLimit { opened = [:] }
        opened[sealed.number] = person
        return person
    }

    /// `nil` where it was not looked up yet.
    func remits(for reach: Reach) -> [Remit]? { ranges.first { $0.reach == reach }?.remits }

    mutating func keep(_ remits: [Remit], for reach: Reach) {
        ranges.removeAll { $0.reach == reach }
        if ranges.count >= Self.rangeLimit { ranges.removeFirst() }
        ranges.append((reach, remits))
    }

    func isOf(_ publication: PublicationInfo, _ ring: KeyRing) -> Bool {
        sequence == publication.sequence && self.ring === ring
    }
}

extension RunStore {
    /// The index that lies sealed beside the run; `nil` where there is none, or nobody can open it any more.
    func keptNames() -> NameIndex? {
        guard let file = try? KeptFile.open(.names, folder: folder, ring: ring),
            file.program == NameIndex.form
        else { return nil }
        var pieces: [[UInt8]] = []
        for number in 0..<file.count {
            guard let piece = file.piece(number) else { return nil }
            pieces.append(piece)
        }
        return try? NameIndex(pieces: pieces)
    }

    /// Writes the index beside the run. Where it cannot be written it is made anew by whoever searches next.
    func keep(_ names: NameIndex) {
        try? KeptFile.write(names.pieces, .names, program: NameIndex.form, folder: folder, ring: ring)
    }

    /// The index as the vault says it: every person is opened.
    func madeNames() throws -> NameIndex {
        var builder = NameIndexBuilder()
        try eachPersonByID { builder.add($0.id, number: $0.number, $0.display) }
        return builder.index
    }

    /// Numbers of those whose keys were taken away.
    func shreddedNumbers() throws -> Set<Int> {
        var numbers: Set<Int> = []
        for person in ring.shredded.flatMap(\.persons) {
            if let number = try number(of: person) { numbers.insert(number) }
        }
        return numbers
    }
}

extension ServiceStore {
    /// Brings the index of names to the publication in service and the ring, while others go on: from the run's folder in a moment,
    /// else from the vault.
    ///
    /// - Parameter reach: of who searches.
    func renewNames(for reach: Reach = .city) throws {
        try naming.withLock {
            let (publication, ring, kept) = try exclusively { database in
                try renewRing(in: database)
                return (try currentPublication(in: database), keys.ring, names)
            }
            guard let publication else { return }
            let isKept = kept?.isOf(publication, ring) == true
            let isReached = !reach.needsPlaces || isKept && kept?.remits(for: reach) != nil
            guard !isKept || !isReached else { return }
            let run = try RunStore.open(published: publication, in: runsFolder, keys: keys)
            var renewed: KeptNames
            if let kept, isKept, run.ring === ring {
                renewed = kept
            } else {
                renewed = KeptNames(
                    sequence: publication.sequence, ring: run.ring,
                    index: try index(of: run, kept?.sequence == publication.sequence ? kept?.index : nil))
            }
            if reach.needsPlaces {
                renewed.keep(try remits(for: reach, in: run, publication, renewed.index), for: reach)
            }
            try exclusively { _ in names = renewed }
        }
    }

    /// - Parameter kept: as it was before the ring changed.
    private func index(of run: RunStore, _ kept: NameIndex?) throws -> NameIndex {
        let read = run.keptNames()
        let index = try (kept ?? read)?.without(run.shreddedNumbers()) ?? run.madeNames()
        if read == nil { run.keep(index) }
        return index
    }

    private func remits(
        for reach: Reach, in run: RunStore, _ publication: PublicationInfo, _ index: NameIndex
    ) throws -> [Remit] {
        let places = try run.places(toldBy: reach.tellers, asOf: publication.asOf)
        return (0..<index.count).map { slot in
            var place =
                places[Int(index.numbers[slot])] ?? PersonPlace(birth: nil, asOf: publication.asOf)
            place.birth = index.birth(at: slot)
            return reach.remit(of: place)
        }
    }

    /// The index before somebody's keys go, so that it need not be made of the whole vault afterwards.
    func namesInService() throws -> NameIndex? {
        try exclusively { database in
            try currentPublication(in: database).flatMap { try? run(of: $0) }?.keptNames()
        }
    }

    /// Keeps the index without those whose keys went.
    func keepNames(_ index: NameIndex?) throws {
        guard let index else { return }
        try exclusively { database in
            guard let run = try currentPublication(in: database).flatMap({ try? run(of: $0) }) else { return }
            try run.keep(index.without(run.shreddedNumbers()))
        }
    }
}

extension Reach {
    /// Whether it follows from where a person belongs.
    var needsPlaces: Bool { isBounded && missing.isEmpty }
}
