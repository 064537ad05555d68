// The entry point of every test program. With CANDELA_TEST_LOGS naming a folder, as under ctest, whatever is logged on
// any level is kept there: at the end of the run tests/tools/secrets_in_logs_test.sh looks through it.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <candela/core/log.hpp>
#include <cstdlib>
#include <filesystem>

namespace {

void keep_logs(const char* folder, const std::filesystem::path& program) {
  candela::log::options wanted;
  wanted.minimum = candela::log::level::trace;
  wanted.output.to_stderr = false;
  wanted.output.file = std::filesystem::path(folder) / (program.filename().string() + ".log");
  candela::log::configure(wanted);
}

}  // namespace

int main(int argc, char** argv) {
  if (const char* folder = std::getenv("CANDELA_TEST_LOGS")) keep_logs(folder, argv[0]);
  return doctest::Context(argc, argv).run();
}
