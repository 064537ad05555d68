#include <algorithm>
#include <candela/audit/database.hpp>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/audit_records.hpp>
#include <candela/json/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <tuple>

namespace candela::command {

CANDELA_DESCRIBE_AS(shown_request, (at, "at"), (outcome, "outcome", candela::json::defaulted),
                    (service, "service", candela::json::defaulted), (id, "id", candela::json::defaulted),
                    (txn, "txn", candela::json::defaulted), (user, "user", candela::json::defaulted),
                    (issuer, "issuer", candela::json::defaulted), (client, "client", candela::json::defaulted),
                    (via, "via", candela::json::defaulted), (peer, "peer", candela::json::defaulted),
                    (method, "method", candela::json::defaulted), (target, "target", candela::json::defaulted),
                    (route, "route", candela::json::defaulted), (status, "status", candela::json::defaulted),
                    (code, "code", candela::json::defaulted), (us, "us", candela::json::defaulted))

namespace {

using requests = std::vector<shown_request>;
using names = std::set<std::string, std::less<>>;

requests by_time(requests found) {
  std::ranges::sort(found, {}, [](const shown_request& each) { return std::tie(each.at, each.service, each.id); });
  return found;
}

names transactions_of(const requests& found) {
  names all;
  for (const shown_request& each : found) {
    if (!each.txn.empty()) all.insert(each.txn);
  }
  return all;
}

// Cheaper than reading each line: what is not in it as it stands cannot be what is looked for.
bool may_concern(std::string_view line, const names& wanted) {
  return std::ranges::any_of(wanted, [line](const std::string& each) { return line.find(each) != line.npos; });
}

requests scan(const std::vector<audit::stream_files>& trails, const names& wanted) {
  requests found;
  for (const audit::stream_files& trail : trails) {
    for (const std::filesystem::path& file : trail.files) {
      std::ifstream in(file, std::ios::binary);
      for (std::string line; std::getline(in, line);) {
        if (!may_concern(line, wanted)) continue;
        auto request = read_request(line);
        if (request && (wanted.contains(request->id) || wanted.contains(request->txn))) {
          found.push_back(std::move(*request));
        }
      }
    }
  }
  return found;
}

}  // namespace

std::optional<shown_request> read_request(std::string_view text) {
  const auto line = audit::read_line(text);
  if (!line || line->kind != audit::line_kind::request) return std::nullopt;
  arena memory;
  auto request = json::parse<shown_request>(text, memory, {.unknown = json::unknown_members::ignore});
  if (!request) return std::nullopt;
  return std::move(*request);
}

std::vector<audit::stream_files> trails_in(const std::vector<std::string>& places) {
  for (const std::string& each : places) {
    if (!std::filesystem::exists(each)) throw misuse(each + ": there is no such file or folder");
  }
  const std::vector<std::filesystem::path> paths(places.begin(), places.end());
  try {
    return audit::find_streams(paths);
  } catch (const std::runtime_error& wrong) {
    throw misuse(wrong.what());
  }
}

requests find_requests(const std::vector<audit::stream_files>& trails, const std::string& id) {
  requests found = scan(trails, {id});
  names wanted = transactions_of(found);
  if (wanted.empty() || (wanted.size() == 1 && wanted.contains(id))) return by_time(std::move(found));
  wanted.insert(id);
  return by_time(scan(trails, wanted));
}

requests find_requests(const std::string& url, const std::string& id) {
  audit::database_reader from(url);
  names asked{id};
  names seen;
  requests found;
  const auto ask = [&](const std::string& name) {
    for (const std::string& line : value_or_throw(from.records_of(name))) {
      auto request = seen.insert(line).second ? read_request(line) : std::nullopt;
      if (request) found.push_back(std::move(*request));
    }
  };
  ask(id);
  for (const std::string& each : transactions_of(found)) {
    if (asked.insert(each).second) ask(each);
  }
  return by_time(std::move(found));
}

std::string printable(std::string_view text) {
  std::string shown(text);
  for (std::size_t i = 0; i != shown.size(); ++i) {
    const auto byte = static_cast<unsigned char>(shown[i]);
    if (byte < 0x20 || byte == 0x7f) shown[i] = '?';
    // U+0080 to U+009F in UTF-8.
    if (byte == 0xc2 && i + 1 != shown.size() && static_cast<unsigned char>(shown[i + 1]) < 0xa0) {
      shown[i] = shown[i + 1] = '?';
    }
  }
  return shown;
}

}  // namespace candela::command
