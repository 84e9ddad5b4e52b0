// Tells the thread sanitizer of Mutex, where it has to wait.
//
// Synchronization's Mutex takes a free lock by an atomic operation in the caller, which the sanitizer sees. For a lock that
// another thread holds it goes into its own library, which is not instrumented: without this, everything that such a lock
// guards would be reported. Loaded with LD_PRELOAD, it stands before the two functions of the library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// There in a program that was built with the sanitizer only; its child processes load this too.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

typedef __attribute__((swiftcall)) void Lock(uint32_t thread, __attribute__((swift_context)) void *mutex);
typedef __attribute__((swiftcall)) void Unlock(__attribute__((swift_context)) void *mutex);

Lock lockSlow __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
Unlock unlockSlow __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

__attribute__((swiftcall)) void lockSlow(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    static Lock *real;
    if (!real) real = (Lock *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    real(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void unlockSlow(__attribute__((swift_context)) void *mutex) {
    static Unlock *real;
    if (!real) real = (Unlock *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    if (__tsan_release) __tsan_release(mutex);
    real(mutex);
}
