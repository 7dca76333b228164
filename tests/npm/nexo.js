// Adyen's own library at work: seals and opens messages, in the two ways it has.
// Takes {"do", "key", "header", "message" | "sealed"} on standard input, as JSON; writes {"is"} or {"error"}.
const { default: NexoCrypto } = require("@adyen/api-library/lib/src/security/nexoCrypto");
const { NexoSecurityManager } = require("@adyen/api-library/lib/src/security/clouddevice/nexoSecurityManager");
const { ObjectSerializer } = require("@adyen/api-library/lib/src/typings/terminal/models");
const { default: checkServerIdentity } = require("@adyen/api-library/lib/src/helpers/checkServerIdentity");

const managed = (key) => new NexoSecurityManager({
    adyenCryptoVersion: key.AdyenCryptoVersion,
    keyIdentifier: key.KeyIdentifier,
    keyVersion: key.KeyVersion,
    passphrase: key.Passphrase,
});
const actions = {
    seal: ({ header, message, key }) => NexoCrypto.encrypt(header, message, key),
    open: ({ sealed, key }) => new NexoCrypto().decrypt(sealed, key),
    cloudSeal: ({ header, message, key }) => managed(key).encrypt(message, header),
    cloudOpen: ({ sealed, key }) => managed(key).decrypt(sealed),
    // The request as the library's typed models know it: what they do not know is left out.
    typed: ({ message }) => ObjectSerializer.serialize(
        ObjectSerializer.deserialize(JSON.parse(message), "TerminalApiRequest"), "TerminalApiRequest"),
    vouches: ({ commonName }) => checkServerIdentity("", { subject: { CN: commonName } }) === undefined,
};

let written = "";
process.stdin.on("data", (part) => { written += part; });
process.stdin.on("end", () => {
    const asked = JSON.parse(written);
    try {
        console.log(JSON.stringify({ is: actions[asked.do](asked) }));
    } catch (error) {
        console.log(JSON.stringify({ error: error.message || String(error) }));
    }
});
