// Rows of attacks: a valid request, one thing that is changed in it, and the code that it must be refused with.
#pragma once

#include <doctest/doctest.h>

#include "tests/custody/forge.hpp"

namespace candela::testing {

struct chain_attack {
  std::string name;
  custody::refusal refused_as;
  std::function<void(scenario&)> change;
  std::function<scenario()> valid = [] { return scenario(); };
};

inline std::string_view answered(const std::optional<custody::refusal>& code) {
  return code ? name_of(*code) : "accepted";
}

/// Each row is accepted before its change and refused with its code after it, whether links are remembered or not.
inline void refuse_all(const std::vector<chain_attack>& rows) {
  for (const chain_attack& each : rows) {
    for (const std::size_t remembered : {0, 256}) {
      CAPTURE(each.name);
      CAPTURE(remembered);
      scenario attacked = each.valid();
      attacked.at.kept = custody::verified_links(remembered);
      CHECK(answered(attacked.code()) == "accepted");
      attacked.at.used.used.clear();
      each.change(attacked);
      CHECK(answered(attacked.code()) == name_of(each.refused_as));
    }
  }
}

inline scenario by_value() { return scenario(4, custody::history::by_value); }

/// Changes one claim of one link, or one member of its header, before it is signed.
inline auto link_says(std::size_t place, std::string name, std::string value) {
  return [=](scenario& one) {
    one.on_link = [=](std::size_t at, draft& link) {
      if (at == place) link.say(name, value);
    };
  };
}
inline auto link_head(std::size_t place, std::string name, std::string value) {
  return [=](scenario& one) {
    one.on_link = [=](std::size_t at, draft& link) {
      if (at == place) link.head(name, value);
    };
  };
}
inline auto link_signed_by(std::size_t place, std::size_t who) {
  return [=](scenario& one) {
    one.on_link = [=](std::size_t at, draft& link) {
      if (at == place) link.signer = cast()[who].key;
    };
  };
}

/// The same of the proof.
inline auto proof_says(std::string name, std::string value) {
  return [=](scenario& one) { one.on_proof = [=](draft& proof) { proof.say(name, value); }; };
}
inline auto proof_head(std::string name, std::string value) {
  return [=](scenario& one) { one.on_proof = [=](draft& proof) { proof.head(name, value); }; };
}

/// What stands in the fields when all is signed, and no proof knows of it.
inline auto chain_field(std::function<void(std::string&)> change) {
  return [=](scenario& one) {
    one.on_fields = [=](std::vector<std::string>& chain, std::vector<std::string>&) { change(chain.front()); };
  };
}
inline auto proof_field(std::function<void(std::string&)> change) {
  return [=](scenario& one) {
    one.on_fields = [=](std::vector<std::string>&, std::vector<std::string>& proof) { change(proof.front()); };
  };
}

/// Links that a caller rearranges before it makes its proof over them.
inline auto chain_of(std::function<void(std::vector<std::string>&)> change) {
  return [=](scenario& one) { one.on_chain = change; };
}

inline std::string id_of(std::size_t who) { return std::string(cast()[who].key.id()); }

/// Another chain of the same services, in another transaction.
inline std::vector<std::string> other_chain() {
  scenario other;
  other.on_link = [](std::size_t, draft& link) { link.say("txn", R"("transaction-2")"); };
  return other.chain();
}

}  // namespace candela::testing
