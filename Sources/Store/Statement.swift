internal import CSQLite
internal import Domain

/// A value that SQLite can hold in a column.
protocol Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

extension Int: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension Bool: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }
}

extension Double: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_double(statement, index, self)
    }
}

extension String: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var text = self
        return text.withUTF8 {
            renkei_sqlite3_bind_text(statement, index, $0.baseAddress, Int32(clamping: $0.count))
        }
    }
}

extension [UInt8]: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes {
            renkei_sqlite3_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count))
        }
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .some(let value): value.bind(to: statement, at: index)
        case .none: sqlite3_bind_null(statement, index)
        }
    }
}

/// A prepared statement; owns its handle. One use at a time: a use inside another's rows starts it afresh.
final class Statement {
    private let connection: Connection
    private let handle: OpaquePointer

    init(_ sql: String, on connection: Connection) throws {
        var prepared: OpaquePointer?
        try connection.check(
            sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared else {
            throw Fault(.internal, code: "store.sql", message: "SQL文が空です。", fix: "開発元に連絡してください。")
        }
        self.connection = connection
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs the statement for its effect.
    func run<each Value: Bindable>(_ values: repeat each Value) throws {
        defer { sqlite3_reset(handle) }
        try bind(repeat each values)
        while try step() {}
    }

    /// Runs the statement and calls `body` at each row; columns are read from the statement itself.
    func rows<each Value: Bindable>(_ values: repeat each Value, body: (Statement) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        try bind(repeat each values)
        while try step() { try body(self) }
    }

    /// The first row, or `nil` where there is none.
    func first<Result, each Value: Bindable>(
        _ values: repeat each Value, read: (Statement) throws -> Result
    ) throws -> Result? {
        defer { sqlite3_reset(handle) }
        try bind(repeat each values)
        return try step() ? read(self) : nil
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
    func bool(_ column: Int32) -> Bool { sqlite3_column_int64(handle, column) != 0 }
    func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
    func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
    func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func bind<each Value: Bindable>(_ values: repeat each Value) throws {
        sqlite3_reset(handle)
        var index: Int32 = 0
        var result = SQLITE_OK
        for value in repeat each values {
            index += 1
            if result == SQLITE_OK { result = value.bind(to: handle, at: index) }
        }
        try connection.check(result)
    }

    private func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw connection.fault(result)
        }
    }
}
