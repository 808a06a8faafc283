internal import CSodium
package import Domain
internal import Foundation

/// SHA-256 (FIPS 180-4) by libsodium, as lower-case hex.
package enum Digest {
    /// Streams the file, so that memory stays flat.
    ///
    /// - Throws: `Fault` of kind `.inputOutput` where the file cannot be read.
    package static func sha256(file path: String) throws -> String {
        func unreadable() -> Fault {
            Fault(
                .inputOutput, code: "file.unreadable", message: "ファイルを読めません。",
                file: URL(filePath: path).lastPathComponent, fix: "ファイルの場所と権限を確認してください。")
        }
        guard let file = FileHandle(forReadingAtPath: path) else { throw unreadable() }
        defer { try? file.close() }
        var stream = DigestStream()
        do {
            while let block = try file.read(upToCount: 1 << 20), !block.isEmpty { stream.add(block) }
        } catch { throw unreadable() }
        return stream.hex
    }

    package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        var stream = DigestStream()
        stream.add(bytes)
        return stream.hex
    }
}

/// SHA-256 over bytes that come piece by piece.
package struct DigestStream: Sendable {
    private var state = crypto_hash_sha256_state()

    package init() { crypto_hash_sha256_init(&state) }

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let direct: Void? = bytes.withContiguousStorageIfAvailable {
            crypto_hash_sha256_update(&state, $0.baseAddress, UInt64($0.count))
        }
        guard direct == nil else { return }
        let copy = Array(bytes)
        crypto_hash_sha256_update(&state, copy, UInt64(copy.count))
    }

    /// Of everything added so far; more may follow.
    package var hex: String { hexadecimal(bytes) }

    var bytes: [UInt8] {
        var copy = state
        var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&copy, &hash)
        return hash
    }
}

/// 128 bits of BLAKE2b (RFC 7693) over who a record is about: equal for equal source, subject and written identifiers.
///
/// It is without a key, so it is never stored but under one.
package struct IdentityDigest: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    package init(source: SourceID, subject: Subject, _ identifiers: Identifiers) {
        var writer = ByteWriter(capacity: 64)
        writer.put(source.rawValue)
        writer.put(subject == .child ? 0 : 1)
        writer.put(identifiers.writtenBytes)
        var hash: (UInt64, UInt64) = (0, 0)
        withUnsafeMutablePointer(to: &hash) {
            _ = $0.withMemoryRebound(to: UInt8.self, capacity: 16) {
                crypto_generichash($0, 16, writer.bytes, UInt64(writer.bytes.count), nil, 0)
            }
        }
        (high, low) = (UInt64(bigEndian: hash.0), UInt64(bigEndian: hash.1))
    }

    /// 32 characters, lower case.
    package var hex: String {
        hexadecimal(
            [high, low].flatMap { word in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
            })
    }
}

/// Lower-case hex.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// `nil` unless pairs of hex digits.
func bytes(hexadecimal text: Substring) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let high = Character(UnicodeScalar(digits[index])).hexDigitValue,
            let low = Character(UnicodeScalar(digits[index + 1])).hexDigitValue
        else { return nil }
        bytes.append(UInt8(high << 4 | low))
    }
    return bytes
}
