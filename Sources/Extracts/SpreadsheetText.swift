/// A table that goes to people who open it in a spreadsheet, and comes back from there.
package enum SpreadsheetText {
    /// RFC 4180, UTF-8 with byte order mark, CR LF: what spreadsheets of departments open without asking.
    package static func bytes(_ rows: [[String]]) -> [UInt8] {
        TextEncoding.utf8.byteOrderMark
            + rows.flatMap { row in (row.map { quoted(protected($0)) }.joined(separator: ",") + "\r\n").utf8 }
    }

    /// The field with an apostrophe in front where a spreadsheet would take it for a formula (OWASP, CSV injection),
    /// and where it has one already, so that taking one away always gives the field back.
    package static func protected(_ field: String) -> String {
        guard let first = field.unicodeScalars.first, risky.contains(first) else { return field }
        return "'" + field
    }

    /// What `protected` was given.
    package static func unprotected(_ cell: String) -> String {
        guard cell.unicodeScalars.first == "'" else { return cell }
        return String(cell.unicodeScalars.dropFirst())
    }

    private static let risky: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'",
    ]

    /// A cell as RFC 4180 has it. By scalars: a quote with a mark that joins it is a quote still.
    package static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in cell.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
