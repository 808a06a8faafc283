internal import Domain

/// A flag as a case keeps it.
struct KeptFlag {
    let flag: Flag
    /// Equal texts are equal flags.
    let text: String

    init(_ flag: Flag) throws { self = KeptFlag(flag: flag, text: try json(flag)) }

    /// As the table has it.
    init(kept text: String) throws { self = KeptFlag(flag: try decoded(Flag.self, text), text: text) }

    private init(flag: Flag, text: String) { (self.flag, self.text) = (flag, text) }
}
