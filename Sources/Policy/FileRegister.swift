package import Domain

/// A personal information file (個人情報ファイル, 75条) as far as the guideline tells of it.
package struct FileRegister: Sendable {
    package let name: String
    /// In the order of their ids.
    package let purposes: [Purpose]
    /// Of all the purposes, sorted.
    package let items: [ItemCode]
}

extension Guideline {
    /// The files that the purposes in force name, in the order of the names.
    package func fileRegisters(on day: Day) -> [FileRegister] {
        let active = purposes.values.filter { $0.isActive(on: day) }.sorted { $0.id < $1.id }
        return Dictionary(grouping: active, by: \.fileRegister).sorted { $0.key < $1.key }.map {
            name, purposes in
            FileRegister(
                name: name, purposes: purposes,
                items: purposes.reduce(into: Set<ItemCode>()) { $0.formUnion($1.items) }.sorted())
        }
    }
}
