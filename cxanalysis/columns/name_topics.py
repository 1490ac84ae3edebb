"""What the words of a column's name say about its role, in English, Spanish, German, French and Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Topic → words of a name, as `cell_text.name_words` gives them. A word is a whole word unless it ends in `*`.
NAME_WORDS: Final[Mapping[str, str]] = {
    "recommend": "recommend*|nps|ltr|promoter*|empfehl*|weiterempfehl*|recomiend*|recomend*|recomand*|recommand*|"
    "net promoter|aanbevel*|aanraden|polec*|polecil*|poleci*|raccomand*|consiglier*|consigliare*|conseilleriez",
    "overall": "overall|whole|global|general|gesamt*|insgesamt|en general|au global|geral|en conjunto|generale|"
    "algemeen|algehele|over het algemeen|ogolnie|ogolna|ogolne|ogolny|nel complesso|complessiv*|globalement|"
    "globalmente|"
    "im grossen und ganzen|in general|taken together|alles in allem",
    "satisfaction": "satisf*|csat|zufried*|kundenzufried*|sat|cusa|happy|happiness|glucklich*|"
    "*zufriedenheit|*tevredenheid|tevreden*|zadowol*|satysfakcj*|soddisf*|contento|content with",
    "effort": "effort*|ces|aufwand|muhe|anstrengung|esfuerzo*|esforco*",
    "easy": "easy|easily|makkelijk|gemakkelijk|latwo|latwe|facilita|einfach|leicht|facil|facile|facilement|"
    "facilidad*|facilite|facilidade",
    "rating": "rating*|you rate|please rate|rated|score*|stars|grade|bewertung*|calificacion*|puntuacion*|nota|"
    "avaliacao|evaluation*|quality|ocena*|oceniam|ocenic|beoordel*|valutazion*|voto|sterne|estrellas|etoiles|wie gut",
    "due": "due|promised|promise|deadline|sla|estimated|expected|fallig*|zugesagt*|echeance|prevista|previsto|"
    "vencimiento|promis|prometida|prometido|liefertermin|vence",
    "closed": "closed|close|resolved|solved|delivered|completed|finished|ended|end|churned|churn|cancelled|"
    "canceled|cancellation|left|gelost*|erledigt*|geschlossen*|geliefert*|kundigung|cerrad*|resuelt*|entregad*|"
    "entrega|baja|cloture*|resolu*|livre|livraison|fechad*|resolvid*|entregue|arrived|shipped|returned at",
    "date": "date|datum|fecha|data|submitdate|datestamp|marca temporal|zeitstempel|horodateur|day|timestamp|"
    "time|at|when|answered|submitted|created|opened|recorded|"
    "received|sent|created at|zeitpunkt|dia|jour|tag",
    "customer": "customer*|client*|account|user*|member*|patient*|guest*|subscriber*|kunde*|kundennummer|"
    "kundennr|cliente*|utilisateur*|usuario*|kd nr|respondent*|contact id|passenger*|shopper*|buyer*|household*",
    "order": "order*|invoice*|booking*|shipment*|delivery|auftrag*|bestell*|rechnung*|pedido*|factura*|commande*|"
    "facture*|encomenda*|fatura*|reservation*|visit*",
    "id": "id|ids|nr|no|num|number|key|uuid|guid|ref|reference|code|rownames|row|index|respnum|nummer|numero|"
    "identifier|responseid|respondentid|ticket|case",
    "failure": "problem*|late|delay*|returned|returns|claim*|complain*|fail*|fault*|defect*|error*|wrong|missing|"
    "damage*|broken|lost|cancel*|corrected|repeat*|second contact|escalat*|reopen*|issue*|incident*|outage*|churn*|"
    "queja*|reclam*|retras*|devol*|averia*|fallo*|fehler*|verspat*|reklam*|beschwerde*|mangel|defekt*|"
    "retard*|panne*|erreur*|retour*|plainte*|atras*|falha*|erro|avaria*|problema*",
    "code": "code|codes|pin|zip|postal|postcode|plz|cp|sku|cod|kode",
    "category": "segment*|market*|channel*|region*|country|land|pais|pays|state|city|gender|sex|geschlecht|"
    "genero|sexe|sexo|age|alter|edad|idade|income|education|occupation|lang|language|sprache|idioma|langue|type|"
    "kind|category|categor*|kategorie|group|gruppe|grupo|groupe|status|reason|team|department|dept|store|filiale|"
    "strata|method|source|site|brand|product*|plan|tier|class|day|weekday|month|quarter|term|area|provider|"
    "location|category code",
    "number": "count|number|nr|anzahl|size|quantity|qty|minutes|seconds|hours|days|duration|length|wait|years|"
    "visits|orders|items|cantidad|numero|nombre de|quantite|quantidade|dauer|menge|minuten|sekunden|tage|times|"
    "distance|frequency|nb|nbr|percent*|pct|prct|rate|share|stock|age|tenure|handle*|talk|hold|wrap",
    "duration": "duration|wait|waiting|minutes|seconds|hours|resolution time|response time|handle time|time to|"
    "time spent|"
    "dauer|wartezeit|bearbeitungszeit|reaktionszeit|duracion|espera|tiempo de|duree|attente|duracao|tempo de|tempo di|"
    "durata|attesa|duur|wachttijd|czas|lead time|cycle time|talk time|elapsed|session length",
    "amount": "price*|amount*|revenue*|cost*|value*|spend*|spent|sales|total|umsatz|betrag|preis*|kosten|importe|"
    "precio|precios|coste*|costo*|montant|prix|valor|preco|precos|custo|custos|eur|usd|gbp|euro*|dollar*|charge*|fee|"
    "fees|refund*|margin|freight|paid|payment value|gasto*|ventas|monto",
    "weight": "weight|weights|wgt|wt|gewicht|gewichtung|ponderacion|ponderation|ponderacao|poids",
    "count_weight": "freq|frequency|count|n|haufigkeit|anzahl|frecuencia|effectif",
    "text": "comment*|review*|verbatim*|text*|content|feedback|remark*|kommentar*|bemerkung*|comentario*|"
    "commentaire*|why|reason*|message|description|descripcion|descricao|beschreibung|note|notes|opinion|"
    "opinions|suggestion*|improve*|open|other|"
    "warum|por que|pourquoi|porque|grund|motivo*|raison*|razon*",
    "private": "correo electronico|messagerie|ipaddr|refurl|token|email*|mail|e mail|phone*|telephone|"
    "telefon*|telefono|ip|ipaddress|ip address|firstname|lastname|"
    "first name|last name|surname|latitude|longitude|lat|lon|lng|address|adresse|direccion|recipient*|author|"
    "vorname|nachname|apellido*|url|link|links|website|geolocation|ip adresse",
}
