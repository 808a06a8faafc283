import Glibc

/// What a fuzz target holds to be true of every input. A broken law ends the process, as libFuzzer wants it, with the
/// sentence on standard error; traps and wrong memory accesses end it without help.
func law(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    guard !holds else { return }
    let words = Array("broken law: \(sentence())\n".utf8)
    write(STDERR_FILENO, words, words.count)
    abort()
}

/// The input as an array. Empty inputs come without an address.
func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// The fields of an input that is text, between commas and line ends as in the seeds; `nil` for bytes that are none.
func fields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [String]? {
    guard let text = String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) else {
        return nil
    }
    return text.unicodeScalars.split(omittingEmptySubsequences: false) {
        $0 == "," || $0 == "\n" || $0 == "\r"
    }
    .map { String($0) }
}

/// Equal scalar by scalar: Swift's `==` takes が and か゛ for the same.
func same(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
