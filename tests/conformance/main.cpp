// conformance SERVER SETTINGS CASES...: runs the cases of the files against the program SERVER and reports each by
// name, in the form of the Test Anything Protocol. SETTINGS is the folder of the settings that cases ask for.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/conformance/case_reader.hpp"
#include "tests/conformance/runner.hpp"
#include "tests/system/server_process.hpp"

namespace {

using namespace candela::conformance;
using candela::system_test::server_process;

/// The servers that cases asked for, each with settings of its own.
class servers {
 public:
  servers(std::string program, std::filesystem::path settings)
      : program_(std::move(program)), settings_(std::move(settings)) {}

  server_under_test& with(const std::string& settings) {
    auto found = running_.find(settings);
    if (found == running_.end()) found = running_.emplace(settings, start(settings)).first;
    return *found->second.server;
  }

  // A server that was ended in good order is one that no case has brought down.
  bool all_end_well() {
    bool well = true;
    for (auto& [settings, each] : running_) {
      each.server.reset();
      each.process->signal(SIGTERM);
      const auto status = each.process->wait(std::chrono::seconds(20));
      if (status == 0) continue;
      well = false;
      std::cout << "# the server with settings \"" << settings << "\" ended with "
                << (status ? std::to_string(*status) : "nothing") << "\n";
    }
    return well;
  }

 private:
  struct running {
    std::unique_ptr<server_process> process;
    std::unique_ptr<server_under_test> server;
  };

  running start(const std::string& settings) const {
    std::vector<std::string> arguments{"--port", "0", "--workers", "1"};
    if (!settings.empty()) {
      arguments.insert(arguments.end(), {"--config", (settings_ / (settings + ".yml")).string()});
    }
    auto process = std::make_unique<server_process>(
        candela::system_test::process_options{.program = program_, .arguments = std::move(arguments)});
    auto server = std::make_unique<server_under_test>(process->port());
    return {std::move(process), std::move(server)};
  }

  std::string program_;
  std::filesystem::path settings_;
  std::map<std::string, running> running_;
};

std::vector<test_case> cases_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw malformed_case(file.string() + ": cannot be read");
  return read_cases(text.str(), file.filename().string());
}

void print_commented(std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) std::cout << "# " << line << "\n";
}

bool report(std::size_t number, const test_case& ran, const std::string& complaint) {
  std::cout << (complaint.empty() ? "ok " : "not ok ") << number << " - " << ran.name << " (RFC " << ran.rfc << ")\n";
  if (!complaint.empty()) print_commented(ran.file + ":" + std::to_string(ran.line) + "\n" + complaint);
  std::cout << std::flush;
  return complaint.empty();
}

int run_all(const std::vector<test_case>& all, servers& against) {
  std::cout << "1.." << all.size() << "\n";
  std::size_t failed = 0;
  for (std::size_t i = 0; i != all.size(); ++i) {
    if (!report(i + 1, all[i], run(all[i], against.with(all[i].server)))) ++failed;
  }
  const bool well = against.all_end_well();
  std::cout << "# " << all.size() - failed << " of " << all.size() << " cases hold\n";
  return failed == 0 && well ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: conformance SERVER SETTINGS CASES...\n";
    return 2;
  }
  try {
    std::vector<test_case> all;
    for (int i = 3; i != argc; ++i) {
      for (test_case& each : cases_of(argv[i])) all.push_back(std::move(each));
    }
    servers against(argv[1], argv[2]);
    return run_all(all, against);
  } catch (const std::exception& wrong) {
    std::cout << "Bail out! " << wrong.what() << "\n";
    return 2;
  }
}
