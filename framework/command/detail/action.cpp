#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/refusal.hpp>
#include <cstdio>
#include <string>

namespace candela::command {

namespace {

std::string overview_of(std::string_view of_verb, std::span<const action> all) {
  std::string text = "usage: candela " + std::string(of_verb) + " ACTION ...\n\n";
  std::size_t width = 0;
  for (const action& each : all) width = std::max(width, each.name.size() + each.usage.size() + 1);
  for (const action& each : all) {
    std::string call = std::string(each.name) + ' ' + std::string(each.usage);
    call.resize(width + 2, ' ');
    text += "  " + call + std::string(each.purpose) + '\n';
  }
  return text + "\ncandela " + std::string(of_verb) +
         " ACTION --help tells more about one of them.\n"
         "Exit status: 0; 1 when it was refused (a line refused: CODE, and why) or could not be done; 2 when the "
         "command line was wrong.\n";
}

int told(int status, const std::string& program, const char* what) {
  std::fprintf(stderr, "%s: %s\n", program.c_str(), what);
  return status;
}

int told(const refusal& why) {
  std::fputs(why.text().c_str(), stderr);
  return failure;
}

int carried_out(const action& wanted, const std::string& program, arguments given) {
  try {
    return wanted.run(given);
  } catch (const refusal& why) {
    return told(why);
  } catch (const std::bad_expected_access<jose::error>& refused) {
    return told(refusal(refused.error()));
  } catch (const std::bad_expected_access<custody::error>& refused) {
    return told(refusal(refused.error()));
  } catch (const misuse& wrong) {
    return told(usage_error, program, wrong.what());
  } catch (const std::exception& failed) {
    return told(failure, program, failed.what());
  }
}

}  // namespace

int run_action(std::string_view of_verb, std::span<const action> all, arguments given) {
  const std::string program = "candela " + std::string(of_verb);
  if (given.empty()) {
    std::fputs(overview_of(of_verb, all).c_str(), stderr);
    return usage_error;
  }
  const std::string& name = given.front();
  if (name == "--help" || name == "-h") {
    std::fputs(overview_of(of_verb, all).c_str(), stdout);
    return success;
  }
  const auto wanted = std::ranges::find(all, name, &action::name);
  if (wanted != all.end()) return carried_out(*wanted, program + ' ' + name, given.subspan(1));
  std::string known;
  for (const action& each : all) known.append(known.empty() ? "" : ", ").append(each.name);
  return told(usage_error, program, ("there is no action \"" + name + "\"; there are: " + known).c_str());
}

}  // namespace candela::command
