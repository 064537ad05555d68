// Private to the room: hiredis's functions, looked up when a store first needs them. A service without Redis runs where
// hiredis is not installed.
#pragma once

#include <async.h>
#include <hiredis.h>

namespace candela::store {

// Every function of hiredis that the room calls.
#define CANDELA_HIREDIS_FUNCTIONS(LIST) \
  LIST(redisAsyncConnect)               \
  LIST(redisAsyncConnectUnix)           \
  LIST(redisAsyncSetConnectCallback)    \
  LIST(redisAsyncSetDisconnectCallback) \
  LIST(redisAsyncFree)                  \
  LIST(redisAsyncHandleRead)            \
  LIST(redisAsyncHandleWrite)           \
  LIST(redisAsyncCommandArgv)           \
  LIST(redisConnectWithTimeout)         \
  LIST(redisConnectUnixWithTimeout)     \
  LIST(redisSetTimeout)                 \
  LIST(redisCommandArgv)                \
  LIST(redisFree)                       \
  LIST(freeReplyObject)

/// The functions and their types.
struct hiredis_functions {
#define CANDELA_HIREDIS_MEMBER(name) decltype(&::name) name = nullptr;
  CANDELA_HIREDIS_FUNCTIONS(CANDELA_HIREDIS_MEMBER)
#undef CANDELA_HIREDIS_MEMBER
};

/// Loads the library and finds all of them; it stays loaded as long as the process runs. Throws `std::invalid_argument`
/// with a sentence for the person who configured the store.
[[nodiscard]] hiredis_functions load_hiredis(const char* file = "libhiredis.so.0.14");

/// The functions, loaded with the first call. Thread-safe. Throws as `load_hiredis` does, and tries again the next
/// time; never where there is a Redis source, which begins with it.
[[nodiscard]] inline const hiredis_functions& hiredis() {
  static const hiredis_functions loaded = load_hiredis();
  return loaded;
}

/// Has SIGPIPE ignored, unless the program handles it: hiredis writes as to a file, and a connection that breaks would
/// end the process. For all that makes connections.
void outlive_broken_pipes() noexcept;

}  // namespace candela::store
