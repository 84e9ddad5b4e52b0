#if canImport(Glibc)
import Glibc
#endif

/// How the C library deals with freed memory.
enum FreedMemory {
    /// Lets the process keep up to 4 MB of it in each heap; called as often as one likes.
    ///
    /// The messages of a fetch come and go together. As a default, glibc gives what is above 128 kB back to the kernel
    /// each time, only to ask for it again, which costs a worker with short tasks a fifth of its time.
    static func keep() {
        #if canImport(Glibc)
        // Not in Swift's module of the C library; its first argument is one of the numbers of malloc.h.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
        let (trimThreshold, topPad, mmapThreshold): (Int32, Int32, Int32) = (-1, -2, -3)
        _ = mallopt(trimThreshold, 4 << 20)
        _ = mallopt(topPad, 1 << 20)
        // The first two end glibc's own choice of what is large enough for pages of its own; this is what it would learn.
        _ = mallopt(mmapThreshold, 4 << 20)
        #endif
    }
}
