// Where a test program keeps what it logs.
#pragma once

#include <string>

namespace candela::testing {

/// Sends all records, of every level, to this program's file in the folder that CANDELA_TEST_LOGS names; there
/// tests/tools/secrets_in_logs_test.sh looks through them at the end of a run. Without such a folder nothing is kept.
void keep_logs();

/// The same, for a test that has sent records elsewhere: those in the file `caught` are kept as well.
void keep_logs_again(const std::string& caught);

}  // namespace candela::testing
