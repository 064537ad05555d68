// Private to the room: libpq's functions, looked up when a database first needs them. A service without PostgreSQL
// carries neither libpq nor what it brings along (LDAP, Kerberos, SASL), and runs where it is not installed.
#pragma once

#include <libpq-fe.h>

namespace candela::db::postgres {

// Every function of libpq that the room calls.
#define CANDELA_LIBPQ_FUNCTIONS(LIST) \
  LIST(cancel)                        \
  LIST(clear)                         \
  LIST(cmdTuples)                     \
  LIST(connectdbParams)               \
  LIST(conninfoFree)                  \
  LIST(conninfoParse)                 \
  LIST(consumeInput)                  \
  LIST(enterPipelineMode)             \
  LIST(errorMessage)                  \
  LIST(exitPipelineMode)              \
  LIST(finish)                        \
  LIST(flush)                         \
  LIST(fname)                         \
  LIST(freeCancel)                    \
  LIST(freemem)                       \
  LIST(ftype)                         \
  LIST(getCancel)                     \
  LIST(getCopyData)                   \
  LIST(getResult)                     \
  LIST(getisnull)                     \
  LIST(getlength)                     \
  LIST(getssl)                        \
  LIST(getvalue)                      \
  LIST(isBusy)                        \
  LIST(nfields)                       \
  LIST(notifies)                      \
  LIST(nparams)                       \
  LIST(ntuples)                       \
  LIST(paramtype)                     \
  LIST(pipelineSync)                  \
  LIST(putCopyData)                   \
  LIST(putCopyEnd)                    \
  LIST(resultErrorField)              \
  LIST(resultErrorMessage)            \
  LIST(resultStatus)                  \
  LIST(sendDescribePrepared)          \
  LIST(sendPrepare)                   \
  LIST(sendQuery)                     \
  LIST(sendQueryPrepared)             \
  LIST(setNoticeProcessor)            \
  LIST(setSingleRowMode)              \
  LIST(setnonblocking)                \
  LIST(socket)                        \
  LIST(status)                        \
  LIST(transactionStatus)

/// The functions by their names without `PQ`, and their types.
struct libpq_functions {
#define CANDELA_LIBPQ_MEMBER(name) decltype(&::PQ##name) name = nullptr;
  CANDELA_LIBPQ_FUNCTIONS(CANDELA_LIBPQ_MEMBER)
#undef CANDELA_LIBPQ_MEMBER
};

/// Loads the library and finds all of them; it stays loaded as long as the process runs. Throws `std::invalid_argument`
/// with a sentence for the person who configured the database.
[[nodiscard]] libpq_functions load_libpq(const char* file = "libpq.so.5");

/// The functions, loaded with the first call. Thread-safe. Throws as `load_libpq` does, and tries again the next time;
/// never where there is a `connect_plan`, which begins with it.
[[nodiscard]] inline const libpq_functions& libpq() {
  static const libpq_functions loaded = load_libpq();
  return loaded;
}

}  // namespace candela::db::postgres
