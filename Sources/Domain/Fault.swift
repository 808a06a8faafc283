/// Something that stops a command, told to an official: what, where, and what to do. Never a person's value.
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Decides the exit code.
    package enum Kind: String, Sendable, Codable {
        /// A mapping, guideline or setting is wrong; nothing was started.
        case configuration
        /// An input or a result failed a gate; last night's publication stays in service.
        case gate
        /// The command line is wrong.
        case usage
        /// Another run holds the workspace.
        case busy
        /// Disk full, unreadable file, no permission.
        case inputOutput
        /// The asked-for row, person, flag or case does not exist.
        case notFound
        /// What was asked does not fit how things stand now, such as a case that somebody else has taken.
        case conflict
        /// Policy denies what was asked.
        case denied
        /// A defect of renkei.
        case `internal`
    }

    package let kind: Kind
    /// Stable machine code such as `extract.truncated`.
    package let code: String
    /// Japanese sentence: what is wrong.
    package let message: String
    package let file: String?
    package let line: Int?
    /// Column, key or field.
    package let field: String?
    /// Japanese sentence: what to do.
    package let fix: String

    package init(
        _ kind: Kind, code: String, message: String, file: String? = nil, line: Int? = nil,
        field: String? = nil, fix: String
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        self.fix = fix
    }

    /// The same fault with the place that its thrower could not know; what is known already stays.
    package func located(file: String, line: Int? = nil) -> Fault {
        Fault(
            kind, code: code, message: message, file: self.file ?? file, line: self.line ?? line,
            field: field,
            fix: fix)
    }

    package var description: String { "\(told)\n  対処: \(fix)" }

    /// Where and what, without what to do.
    package var told: String {
        var place: [String] = []
        if let file { place.append("ファイル「\(file)」") }
        if let line { place.append("\(line)行目") }
        if let field { place.append("項目「\(field)」") }
        let head = place.isEmpty ? "" : place.joined(separator: " ") + ": "
        return head + message
    }
}

/// Several faults found in one go, so that an official mends them in one go.
package struct Faults: Error, Sendable, CustomStringConvertible {
    package let all: [Fault]

    /// `nil` where there is nothing wrong.
    package init?(_ all: [Fault]) {
        guard !all.isEmpty else { return nil }
        self.all = all
    }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
