internal import CSodium
internal import Foundation

/// The memory of a process that has keys in it.
package enum ProcessMemory {
    /// No core dump is written of the process from now on, and no other process of its user may look into it.
    ///
    /// - Returns: whether the system agreed.
    @discardableResult
    package static func hide() -> Bool {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        let isLimited = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
        return renkei_set_dumpable(0) == 0 && isLimited
    }
}
