package import Domain
internal import Extracts
package import JapaneseText

extension IndividualNumberEvidence {
    /// Looks at the rows of a file before any of them is taken, as far as they can change what its columns are taken for.
    ///
    /// - Parameter file: its name, for messages.
    /// - Returns: the file's header.
    /// - Throws: as `ExtractReader`.
    @discardableResult
    package mutating func look(
        at path: String, file: String, mapping: ExtractMapping
    ) throws(Fault) -> [String] {
        let reader = try ExtractReader(path: path, source: mapping.source, file: file, format: mapping.format)
        while !isEnough, let line = try reader.next() {
            if case .row(let row) = line { look(at: row.fields, header: reader.header) }
        }
        return reader.header
    }
}
