#if TSAN
    internal import Foundation
#else
    internal import Synchronization
#endif

/// A value that only one thread touches at a time.
///
/// `Synchronization.Mutex`, but a Foundation lock under `-DTSAN`: ThreadSanitizer cannot see into Mutex on Linux
/// and reports races that are none.
package final class Guarded<Value: Sendable>: Sendable {
    #if TSAN
        private let lock = NSLock()
        // Guarded by `lock`.
        nonisolated(unsafe) private var value: Value
        package init(_ value: Value) { self.value = value }
        package func withLock<Result, Failure: Error>(
            _ body: (inout Value) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            lock.lock()
            defer { lock.unlock() }
            return try body(&value)
        }
    #else
        private let mutex: Mutex<Value>
        package init(_ value: Value) { mutex = Mutex(value) }
        package func withLock<Result: Sendable, Failure: Error>(
            _ body: (inout Value) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try mutex.withLock { (state: inout Value) throws(Failure) -> Result in try body(&state) }
        }
    #endif
}
