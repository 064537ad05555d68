// Trails for tests: a key, and files whose lines are known.
#pragma once

#include <candela/audit/verifier.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "tests/core/detail/scratch_folder.hpp"

namespace candela::testing {

inline const jose::key& audit_key() {
  static const jose::key made = jose::key::generate(jose::curve::p256).value();
  return made;
}

inline const audit::signer& audit_signer() {
  static const audit::signer made(audit_key());
  return made;
}

inline std::string request_line(int number) {
  return R"("type":"request","at":"2026-01-31T12:00:00.000000Z","id":"c-)" + std::to_string(number) + '"';
}

/// Files by name, in order.
using trail_texts = std::map<std::string, std::string>;

/// A trail of that many files, each with three records and a checkpoint in their midst, and ended.
inline trail_texts make_trail(int files, const audit::signer& signs = audit_signer(), std::string stream = "shop") {
  trail_texts made;
  audit::stream_writer writer(std::move(stream), signs);
  for (int i = 0; i != files; ++i) {
    std::string& text = made[writer.next_file()];
    writer.begin_file(text);
    writer.append_request(text, request_line(i * 3));
    writer.append_request(text, request_line(i * 3 + 1));
    writer.append_checkpoint(text, false);
    writer.append_request(text, request_line(i * 3 + 2));
    writer.append_checkpoint(text, true);
  }
  return made;
}

inline void write_file(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// What is said about a trail of these texts: "holds", or the first thing that is wrong.
inline std::string verdict(const trail_texts& trail, const jose::key_set* keys = &audit_signer().verifiers()) {
  audit::verifier checked(keys);
  for (const auto& [name, text] : trail) {
    if (auto begun = checked.begin_file(name); !begun) return begun.error().text();
    std::string_view rest = text;
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      if (auto right = checked.read(rest.substr(0, end)); !right) return right.error().text();
    }
    if (!rest.empty()) return "torn";
    if (auto ended = checked.end_file(); !ended) return ended.error().text();
  }
  return "holds";
}

}  // namespace candela::testing
