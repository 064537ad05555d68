// candela audit verify: whether trails are what their services wrote.
#include <algorithm>
#include <candela/audit/database.hpp>
#include <candela/audit/verifier.hpp>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/audit_actions.hpp>
#include <candela/command/detail/audit_records.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace candela::command {

namespace {

using audit::finding;
using audit::stream_summary;
using outcome = std::expected<stream_summary, finding>;

struct verify_options {
  std::vector<std::string> keys;
  std::vector<std::string> places;
  std::string database;
  std::string reaches;
  bool complete = false;
};

std::optional<jose::key_set> keys_of(const verify_options& given) {
  if (given.keys.empty()) return std::nullopt;
  input_files from;
  const std::vector<jose::key> all = read_keys(given.keys, from);
  return about_keys(given.keys, [&all] { return audit::verifying_keys(all).value(); });
}

std::uint64_t number_in(const std::string& text) {
  if (text.empty()) return 0;
  if (text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw misuse("--reaches takes the number of a line");
  }
  return std::stoull(text);
}

std::string plural(std::uint64_t count, const char* what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

// What is right in itself and yet not what was asked for.
std::optional<std::string> shortcoming(const stream_summary& known, const verify_options& given) {
  const audit::stream_position& at = known.at;
  if (at.sequence < number_in(given.reaches)) {
    return "the trail ends at sequence " + std::to_string(at.sequence) + ", before " + given.reaches +
           ": its tail was removed";
  }
  if (!given.complete) return std::nullopt;
  if (known.first != 1) return "the trail begins at sequence " + std::to_string(known.first);
  if (at.unsigned_lines != 0) return plural(at.unsigned_lines, "line") + " at its end: not signed";
  if (!at.ended) return "the trail has no end";
  return std::nullopt;
}

void tell(const stream_summary& known, bool signatures) {
  const audit::stream_position& at = known.at;
  std::string text = known.stream + ": whole: " + plural(at.requests, "request") + " in " +
                     plural(known.files, "file") + ", sequence " + std::to_string(known.first) + " to " +
                     std::to_string(at.sequence) + '\n';
  if (known.first != 1) text += "  the files before sequence " + std::to_string(known.first) + " are not here\n";
  if (at.unsigned_lines != 0) {
    text += "  " + plural(at.unsigned_lines, "line") + " behind the last checkpoint: linked, not yet signed\n";
  }
  if (!at.ended) {
    text += "  the service has not ended it: it runs, or was killed, or what followed sequence " +
            std::to_string(at.sequence) + " was removed\n";
  }
  if (signatures && known.checkpoints != 0) text += "  signed last at " + known.signed_at + '\n';
  if (!signatures) text += "  signatures were NOT checked, as no --key was given: whoever can write can forge\n";
  std::fputs(text.c_str(), stdout);
}

bool tell(const outcome& found, const std::string& stream, const verify_options& given) {
  const auto refuse = [&](const std::string& why) {
    std::fprintf(stderr, "candela audit verify: %s: %s\n", printable(stream).c_str(), printable(why).c_str());
    return false;
  };
  if (!found) return refuse(found.error().text());
  if (const auto why = shortcoming(*found, given)) return refuse(*why);
  tell(*found, !given.keys.empty());
  return true;
}

outcome verify_stream(audit::database_reader& from, const std::string& stream, const jose::key_set* keys) {
  audit::verifier checked(keys);
  // The oldest lines may have been archived.
  for (std::uint64_t next = 1;;) {
    const std::vector<std::string> lines = value_or_throw(from.lines(stream, next));
    if (lines.empty()) return checked.summary();
    for (const std::string& each : lines) {
      if (auto right = checked.read(each); !right) return std::unexpected(std::move(right.error()));
    }
    if (checked.summary().stream != stream) return std::unexpected(checked.wrong("these are lines of another trail"));
    next = checked.summary().at.sequence + 1;
  }
}

int verify(const verify_options& given) {
  const std::optional<jose::key_set> keys = keys_of(given);
  const jose::key_set* const with = keys ? &*keys : nullptr;
  bool right = true;
  std::size_t trails = 0;
  if (!given.database.empty()) {
    audit::database_reader from(given.database);
    for (const std::string& stream : value_or_throw(from.streams())) {
      ++trails;
      right = tell(verify_stream(from, stream, with), stream, given) && right;
    }
  }
  for (const audit::stream_files& trail : trails_in(given.places)) {
    ++trails;
    right = tell(audit::verify_files(trail, with), trail.stream, given) && right;
  }
  if (trails == 0) throw std::runtime_error("there is no audit trail");
  return right ? success : failure;
}

}  // namespace

int verify_trails(arguments given) {
  argument_list takes(
      "candela audit verify",
      "Proves that no line of an audit trail was changed, removed or moved; otherwise says which is the "
      "first that is wrong, and exits with 1.");
  verify_options options;
  takes.words("PLACE", options.places, "files of trails, or folders with them");
  takes.options("--key", options.keys, "the public key: JWK, JWK set or PEM; may be given again", "PUBLIC");
  takes.option("--db", options.database, "the database that has trails", "URL");
  takes.option("--reaches", options.reaches, "fails when a trail ends before that line, which a log names", "SEQUENCE");
  takes.flag("--complete", options.complete, "fails unless a trail is here from its first line to its signed end");
  if (const auto ended = takes.read(given)) return *ended;
  static_cast<void>(number_in(options.reaches));
  if (options.places.empty() && options.database.empty()) throw misuse("a file, a folder or --db is needed");
  return verify(options);
}

}  // namespace candela::command
