#include <candela/jose/explanation.hpp>

namespace candela::jose {

std::string_view sentence_of(failure code) noexcept {
  switch (code) {
    case failure::malformed: return "it is not in the form that is expected here";
    case failure::too_large: return "it is larger than is accepted here";
    case failure::base64_invalid: return "a part of it is not in strict base64url";
    case failure::json_invalid: return "it is not one JSON object, or names a member twice";
    case failure::header_invalid: return "a member of its header is missing, at the wrong place or of the wrong type";
    case failure::header_unsupported: return "its header demands what is not understood or not accepted here";
    case failure::algorithm_unknown: return "no algorithm has the name that it gives";
    case failure::algorithm_refused: return "its algorithm is not among those that are accepted here";
    case failure::key_invalid: return "the key breaks a rule of its kind";
    case failure::key_weak: return "the key is weaker than is accepted";
    case failure::key_unfit: return "the key is not for this: its kind, curve, use, key_ops or alg does not fit";
    case failure::key_unknown: return "no key that would do is known here";
    case failure::key_ambiguous: return "more than one key could be meant";
    case failure::signature_missing: return "it is not signed";
    case failure::signature_invalid: return "its signature does not match: it was changed, or is by another key";
    case failure::decryption_failed: return "no key that is here opens it, or it was changed";
    case failure::type_mismatch: return "it is of another type than is expected here";
    case failure::claim_missing: return "a claim that it must have is not there";
    case failure::claim_invalid: return "a claim is of the wrong type, or says what cannot be";
    case failure::issuer_mismatch: return "it was issued by somebody who is not accepted here";
    case failure::subject_mismatch: return "it is about somebody else";
    case failure::audience_mismatch: return "it is meant for somebody else";
    case failure::expired: return "its time has passed";
    case failure::not_yet_valid: return "its time has not come yet";
    case failure::issued_in_future: return "it says that it was issued in the future";
    case failure::too_old: return "it was issued longer ago than is accepted";
    case failure::replayed: return "it may be used once, and was used before";
    case failure::recipient_mismatch: return "it was sealed for somebody else";
    case failure::place_mismatch: return "it was sealed for another place or another context";
    case failure::order_invalid: return "it was encrypted before it was signed, or is only a part of what is expected";
    case failure::out_of_resources: return "there was no memory or no randomness for it";
  }
  return {};
}

std::string explained(const error& why) {
  std::string said(sentence_of(why.code));
  if (!why.detail.empty()) said.append(" (").append(why.detail).append(")");
  return said;
}

std::string text_of(const error& why) { return std::string(name_of(why.code)).append(": ").append(explained(why)); }

}  // namespace candela::jose
