#!/bin/sh
# Makes the secrets of an installation, once: sh deploy/make-secrets.sh smtp://relais.example:25 [DOSSIER]
# An existing file is never overwritten: passwords already given to PostgreSQL must stay.
#
# The folder is for its owner alone (0700); the files inside are readable (0444), because each container
# runs under an account of its own and sees only the files it is given.
set -eu

smtp_url="${1:-}"
folder="${2:-$(dirname "$0")/secrets}"

case "$smtp_url" in
smtp://?* | smtps://?*) ;;
*)
    echo "Indiquez le serveur de courrier : sh deploy/make-secrets.sh smtp://relais.example:25" >&2
    echo "(pour un essai, avec l'attrape-courrier : smtp://mail:1025)" >&2
    exit 2
    ;;
esac

mkdir -p "$folder"
chmod 0700 "$folder"

# keep NAME VALUE: write it, unless there is one.
keep() {
    if [ -e "$folder/$1" ]; then
        echo "gardé : $1"
        return
    fi
    printf '%s\n' "$2" >"$folder/$1"
    chmod 0444 "$folder/$1"
    echo "créé  : $1"
}

# random: 256 bits, in characters that need no quoting in an address.
random() { openssl rand -hex 32; }

keep postgres_superuser_password "$(random)"
keep postgres_owner_password "$(random)"
keep postgres_programs_password "$(random)"
keep valkey_password "$(random)"
keep secret_key "$(random)"
keep smtp_url "$smtp_url"

owner_password="$(cat "$folder/postgres_owner_password")"
programs_password="$(cat "$folder/postgres_programs_password")"
valkey_password="$(cat "$folder/valkey_password")"
keep owner_database_url "postgresql://amphi_owner:$owner_password@postgres:5432/amphi"
keep database_url "postgresql://amphi_programs:$programs_password@postgres:5432/amphi"
keep redis_url "redis://:$valkey_password@valkey:6379/0"

for file in tls_certificate tls_key; do
    [ -e "$folder/$file" ] || echo "à déposer : $folder/$file (PEM, puis chmod 0444)"
done
