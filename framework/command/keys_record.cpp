// candela keys record: the public keys of a service as an authority signs them.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/chain_input.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/custody/key_record.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct record_options {
  std::string authority;
  std::string identity;
  std::vector<std::string> keys;
  std::vector<std::string> coming;
  std::string from = "5m";
  std::vector<std::string> retiring;
  std::string until = "5m";
  std::string life = "1d";
  std::uint32_t sequence = 0;
  std::string out;
  bool force = false;
};

void declare(argument_list& takes, record_options& into) {
  takes.option("--authority", into.authority, "the private key that signs: see candela keys authority", "FILE");
  takes.option("--iss", into.identity, "the service: a spiffe: or urn: URI", "IDENTITY");
  takes.options("--key", into.keys, "a key of the service; of a private one, the public part", "FILE");
  takes.options("--coming", into.coming, "a key that it will sign with", "FILE");
  takes.option("--not-before", into.from, "how long from now that counts: 5m as without it", "TIME");
  takes.options("--retiring", into.retiring, "a key that it has ceased to sign with", "FILE");
  takes.option("--retire-in", into.until, "how long from now that still counts: 5m as without it", "TIME");
  takes.option("--expires-in", into.life, "how long the record counts: 1d as without it", "TIME");
  takes.option("--seq", into.sequence, "higher than that of the record before; otherwise the present second", "N");
  takes.option("--out", into.out, "the new file; otherwise the standard output", "FILE");
  takes.flag("--force", into.force, "replaces a file that exists");
}

std::vector<custody::service_key> public_keys(const std::vector<std::string>& files, input_files& from) {
  std::vector<custody::service_key> all;
  for (const std::string& each : files) {
    for (const jose::key& key : read_keys(each, from)) all.push_back(public_part(key));
  }
  return all;
}

custody::key_record record_of(const record_options& given, input_files& from) {
  const custody::seconds_since_epoch now =
      std::chrono::floor<std::chrono::seconds>(present()).time_since_epoch().count();
  custody::key_record record{.issuer = given.identity,
                             .sequence = given.sequence != 0 ? given.sequence : static_cast<std::uint64_t>(now),
                             .issued = now,
                             .expires = now + duration_of(given.life).count(),
                             .keys = public_keys(given.keys, from)};
  for (custody::service_key& each : public_keys(given.coming, from)) {
    each.not_before = now + duration_of(given.from).count();
    record.keys.push_back(std::move(each));
  }
  for (custody::service_key& each : public_keys(given.retiring, from)) {
    each.retire = now + duration_of(given.until).count();
    record.keys.push_back(std::move(each));
  }
  return record;
}

void sign(const record_options& given) {
  if (given.authority.empty()) throw misuse("--authority is needed: the private key that signs");
  if (given.identity.empty()) throw misuse("--iss is needed: the service whose keys they are");
  input_files from;
  const std::vector<jose::key> authority = read_keys(given.authority, from);
  if (authority.size() != 1) throw misuse("a record is signed with one key: " + given.authority + " has several");
  const custody::key_record record = record_of(given, from);
  if (record.keys.empty()) throw misuse("--key is needed: a key of the service");
  const std::string text = custody::sign_record(record, authority.front()).value() + '\n';
  if (given.out.empty()) return write_output(text);
  write_file(given.out, std::as_bytes(std::span(text)), readers::everybody, given.force);
}

}  // namespace

int sign_key_record(arguments given) {
  argument_list takes("candela keys record",
                      "Signs the public keys of a service, so that others may take them from whoever has the record.");
  record_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  sign(options);
  return success;
}

}  // namespace candela::command
