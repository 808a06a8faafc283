/// Checks a whole trail while its events pass by once: places, tree hash, and every signed checkpoint.
///
/// Memory does not grow with the trail.
package struct TrailCheck: Sendable {
    /// A signed note, and where it came from, as an official is told.
    package struct Note: Sendable, Hashable {
        package let place: String
        package let text: String
        /// Whether it was kept outside the database: only such a one tells against who holds database and key.
        package let isOutside: Bool

        package init(place: String, text: String, isOutside: Bool) {
            self.place = place
            self.text = text
            self.isOutside = isOutside
        }
    }

    /// What is wrong with a trail.
    package enum Problem: Sendable, Hashable {
        /// At this place stands another event than its number says, or none.
        case misplaced(Int)
        /// The stored tree hash is another than that of the events.
        case storedHashDiffers
        /// The note is not one that the key signed for this trail.
        case unsigned(place: String)
        /// The events up to the signed size are others than were signed.
        case rewritten(size: Int, place: String)
        /// There are fewer events than were signed.
        case truncated(size: Int, place: String)
    }

    /// What came of it.
    package struct Outcome: Sendable, Hashable {
        package let events: Int
        package let root: [UInt8]
        /// Empty when everything holds.
        package let problems: [Problem]
        /// Notes that were checked.
        package let checkpoints: Int
        /// Up to where a checkpoint from outside the database covers the trail; 0: nowhere.
        package let covered: Int
    }

    private let stored: CompactRange?
    private var waiting: ArraySlice<(checkpoint: Checkpoint, note: Note)>
    private let checkpoints: Int
    private var range = CompactRange()
    private var problems: [Problem] = []
    private var misplaced: Problem?
    private var covered = 0

    /// - Parameter stored: the tree hash as the database has it; `nil` where there is none to compare with.
    package init(notes: [Note], key: CheckpointKey, origin: String, stored: CompactRange?) {
        self.stored = stored
        checkpoints = notes.count
        var signed: [(checkpoint: Checkpoint, note: Note)] = []
        for note in notes {
            if let checkpoint = Checkpoint(note: note.text, key: key), checkpoint.origin == origin {
                signed.append((checkpoint, note))
            } else {
                problems.append(.unsigned(place: note.place))
            }
        }
        waiting = signed.sorted { $0.checkpoint.size < $1.checkpoint.size }[...]
        reach()
    }

    /// - Parameter event: the bytes as they stand in the database.
    package mutating func add(sequence: Int, event: [UInt8]) {
        if misplaced == nil, sequence != range.size || !says(sequence, event) {
            misplaced = .misplaced(range.size)
        }
        range.append(leaf: MerkleHash.leaf(event))
        reach()
    }

    package func outcome() -> Outcome {
        var found = [misplaced].compactMap(\.self) + problems
        if let stored, stored.size != range.size || stored.root != range.root {
            found.append(.storedHashDiffers)
        }
        found += waiting.map { .truncated(size: $0.checkpoint.size, place: $0.note.place) }
        return Outcome(
            events: range.size, root: range.root, problems: found, checkpoints: checkpoints, covered: covered)
    }

    /// Holds the tree as it is now against the checkpoints of its size.
    private mutating func reach() {
        guard waiting.first?.checkpoint.size == range.size else { return }
        let root = range.root
        while let (checkpoint, note) = waiting.first, checkpoint.size == range.size {
            waiting.removeFirst()
            if checkpoint.root != root {
                problems.append(.rewritten(size: checkpoint.size, place: note.place))
            } else if note.isOutside {
                covered = checkpoint.size
            }
        }
    }

    /// Whether the event says of itself that it stands at `sequence`. Quotes within its texts are escaped, so that the words of the
    /// member stand nowhere else.
    private func says(_ sequence: Int, _ event: [UInt8]) -> Bool {
        event.withUnsafeBufferPointer { bytes in
            let member: StaticString = ",\"seq\":"
            let count = member.utf8CodeUnitCount
            guard bytes.count > count else { return false }
            for start in 0..<bytes.count - count
            where bytes[start + 2] == UInt8(ascii: "s") && bytes[start] == UInt8(ascii: ",") {
                guard (0..<count).allSatisfy({ bytes[start + $0] == member.utf8Start[$0] }) else { continue }
                var (number, index) = (0, start + count)
                while index < bytes.count, (0x30...0x39).contains(bytes[index]), number < 1 << 58 {
                    number = number * 10 + Int(bytes[index] - 0x30)
                    index += 1
                }
                return number == sequence && index > start + count
            }
            return false
        }
    }
}
